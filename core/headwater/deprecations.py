"""Tells whoever uses a name that it is about to go, as docs/plugins/versions.md promises."""

import warnings
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Returned = TypeVar("Returned")
ANNOUNCED = "__deprecated__"  # as the standard library's own decorator marks it


def deprecated(
    instead: str, *, until: str
) -> Callable[[Callable[Given, Returned]], Callable[Given, Returned]]:
    """Have a function warn at each call that it goes with version *until* of the plugin API.

    *instead* is what to use, in words.
    """

    def mark(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
        text = _say(f"{function.__module__}.{function.__qualname__}", instead, until)

        @wraps(function)
        def call(*arguments: Given.args, **named: Given.kwargs) -> Returned:
            warnings.warn(text, DeprecationWarning, stacklevel=2)
            return function(*arguments, **named)

        setattr(call, ANNOUNCED, text)
        return call

    return mark


def deprecated_names(
    module: str, names: Mapping[str, tuple[object, str]], *, until: str
) -> Callable[[str], Any]:
    """Return the `__getattr__` of a module that still has *names*, and warns of their use.

    Each name has what it stands for, and what to use instead, in words.
    """

    def find(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        meant, instead = names[name]
        warnings.warn(_say(f"{module}.{name}", instead, until), DeprecationWarning, stacklevel=2)
        return meant

    return find


def _say(name: str, instead: str, until: str) -> str:
    return f"{name} goes with version {until} of the plugin API; use {instead}"
