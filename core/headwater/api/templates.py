"""Templates that users write: checked when they are kept, rendered where nothing runs long."""

from headwater.sandbox import Fault, find_fault, render

__all__ = ["Fault", "find_fault", "render"]
