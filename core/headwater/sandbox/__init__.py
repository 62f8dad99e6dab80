"""Templates that clients wrote: checked before they are kept, rendered where nothing runs long."""

from headwater.sandbox.lenient import (
    Filters,
    RenderError,
    evaluate,
    is_template,
    names_in,
    render_leniently,
)
from headwater.sandbox.strict import LONGEST, Fault, find_fault, render

__all__ = [
    "LONGEST",
    "Fault",
    "Filters",
    "RenderError",
    "evaluate",
    "find_fault",
    "is_template",
    "names_in",
    "render",
    "render_leniently",
]
