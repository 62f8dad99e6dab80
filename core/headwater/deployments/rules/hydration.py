"""Parameters that say how to make their value, in place of it: JSON, a template, a variable."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from headwater.sandbox import render

KIND = "__prefect_kind"
FindVariable = Callable[[str], Any]  # raises KeyError
_NOTHING = object()  # whoever asks for a value, and names none, gets none


class HydrationError(ValueError):
    """A value cannot be made; the message says why."""


@dataclass(frozen=True)
class Means:
    """What values are made with. *render* makes the text of a template, or raises ValueError;
    *read* makes a value of any other text."""

    find_variable: FindVariable
    render: Callable[[str], Any] = lambda template: render(template, {})
    read: Callable[[str], Any] = lambda text: text


def hydrate(parameters: dict[str, Any], means: Means) -> dict[str, Any]:
    """Return parameters with their values made; raise HydrationError."""
    made = _hydrate(parameters, means)
    if made is _NOTHING:
        return {}
    if not isinstance(made, dict):
        raise HydrationError("The parameters are no object.")
    return made


def _hydrate(value: Any, means: Means) -> Any:
    if isinstance(value, dict):
        if KIND in value:
            return _make(value, means)
        members = {name: _hydrate(one, means) for name, one in value.items()}
        return {name: one for name, one in members.items() if one is not _NOTHING}
    if isinstance(value, list):
        found = [_hydrate(one, means) for one in value]
        return [one for one in found if one is not _NOTHING]
    return means.read(value) if isinstance(value, str) else value


def _make(value: dict[str, Any], means: Means) -> Any:
    match value[KIND]:
        case "none":
            inner = _needed(value, "value")
            return inner if isinstance(inner, str) else _hydrate(inner, means)
        case "json":
            return _parse(_inner(value, "value", means))
        case "jinja":
            _needed(value, "template")
            return _render(_inner(value, "template", means), means)
        case "workspace_variable":
            return _look_up(_inner(value, "variable_name", means), means)
        case _:
            return value.get("value")


def _needed(value: dict[str, Any], key: str) -> Any:
    if key not in value:
        raise HydrationError(f"Missing '{key}' key in __prefect object")
    return value[key]


def _inner(value: dict[str, Any], key: str, means: Means) -> Any:
    """Return what a kind is to work on, which may itself say how it is made."""
    if key not in value:
        return _NOTHING
    inner = value[key]
    return _hydrate(inner, means) if isinstance(inner, dict) else inner


def _parse(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise HydrationError(f"Invalid JSON: {error}") from None


def _render(template: Any, means: Means) -> Any:
    if not isinstance(template, str):
        raise HydrationError("Invalid jinja: the template is no text")
    try:
        return means.render(template)
    except ValueError as error:
        raise HydrationError(f"Invalid jinja: {error}") from None


def _look_up(name: Any, means: Means) -> Any:
    if name is _NOTHING:
        return _NOTHING
    try:
        return means.find_variable(str(name))
    except KeyError:
        raise HydrationError(f"Variable '{name}' not found in workspace.") from None
