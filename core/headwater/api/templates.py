"""Templates that users write: checked when they are kept, rendered where nothing runs long."""

from headwater.sandbox import LONGEST, Fault, find_fault, render

__all__ = ["LONGEST", "Fault", "find_fault", "render"]
