"""Templates that clients wrote: checked before they are kept, rendered where nothing runs long."""

from headwater.sandbox.formats import check_braces, check_percent
from headwater.sandbox.lenient import (
    Filters,
    RenderError,
    evaluate,
    is_template,
    names_in,
    render_leniently,
)
from headwater.sandbox.parts import Dialect, Put, find_misuse, render_parts
from headwater.sandbox.strict import LONGEST, Fault, find_fault, render

__all__ = [
    "LONGEST",
    "Dialect",
    "Fault",
    "Filters",
    "Put",
    "RenderError",
    "check_braces",
    "check_percent",
    "evaluate",
    "find_fault",
    "find_misuse",
    "is_template",
    "names_in",
    "render",
    "render_leniently",
    "render_parts",
]
