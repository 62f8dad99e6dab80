"""Formats that templates give: none of them makes a long text of a short one."""

import re
from string import Formatter
from typing import Any

# A width or a precision of three digits, or one that is a value's.
_LONG = re.compile(r"%(?:\([^)]*\))?[-+ #0]*(?:\*|\d{3}|\d*\.(?:\*|\d{3}))")
_LONG_SPEC = re.compile(r"\d{3}|\{")


def percent(form: str, value: Any) -> str:
    """Return a value, or several, in a form as `%.1f`."""
    if _LONG.search(form):
        raise ValueError(f"{form!r} makes too much of too little")
    made: str = form % value
    return made


def braces(form: str, value: Any) -> str:
    """Return a value in a form as `{:.1f}`."""
    for _text, name, spec, _conversion in Formatter().parse(form):
        if name not in (None, "", "0") or _LONG_SPEC.search(spec or ""):
            raise ValueError(f"{form!r} is no format for templates here")
    return form.format(value)
