"""Formats that templates give: none of them makes a long text of a short one."""

import re
from string import Formatter

# A width or a precision of three digits, or one that is a value's.
_LONG = re.compile(r"%(?:\([^)]*\))?[-+ #0]*(?:\*|\d{3}|\d*\.(?:\*|\d{3}))")
_LONG_SPEC = re.compile(r"\d{3}|\{")


def check_percent(form: str) -> None:
    """Raise ValueError for a form as `%.1f` that makes much."""
    if _LONG.search(form):
        raise ValueError(f"{form!r} makes too much of too little")


def check_braces(form: str) -> None:
    """Raise ValueError for a form as `{:.1f}` that makes much, or reaches into the value."""
    for _text, name, spec, _conversion in Formatter().parse(form):
        if name not in (None, "", "0") or _LONG_SPEC.search(spec or ""):
            raise ValueError(f"{form!r} is no format for templates here")
