"""What plugins may use, as facts that each stand in a line: names, parameters, members.

.venv/bin/python -m tests.plugins.surface     records what there is, in surface.txt
"""

import enum
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel

import headwater.api
import headwater.hookspecs
import headwater.testing

RECORD = Path(__file__).with_suffix(".txt")
OPEN = (headwater.api, headwater.testing)
# Values that plugins are given here: the core alone makes them, so they may have more at any time.
GIVEN = tuple(
    f"headwater.api.{name}." for name in ("automations", "events", "notifications", "runs")
)


def facts() -> list[str]:
    modules = [module for package in OPEN for module in _modules(package)]
    found = {f"headwater_api {headwater.api.API_VERSION}"}
    found |= {fact for module in modules for fact in _of_module(module)}
    found |= {f"hook {name}" for name in vars(headwater.hookspecs) if name.startswith("headwater_")}
    return sorted(found)


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for one in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(one.name)


def _of_module(module: ModuleType) -> Iterator[str]:
    own = [name for name, value in vars(module).items() if _is_own(module, name, value)]
    for name in sorted(getattr(module, "__all__", own)):
        yield from _of_value(f"{module.__name__}.{name}", getattr(module, name))


def _is_own(module: ModuleType, name: str, value: object) -> bool:
    if name.startswith("_") or inspect.ismodule(value):
        return False
    return name.isupper() or getattr(value, "__module__", None) == module.__name__


def _of_value(name: str, value: Any) -> Iterator[str]:
    yield name
    if inspect.isclass(value):
        yield from _of_class(name, value)
    elif inspect.isroutine(value):
        yield from _of_function(name, value)


def _of_class(name: str, kind: type) -> Iterator[str]:
    if issubclass(kind, enum.Enum):
        yield from (f"{name}.{member.name} = {member.value!r}" for member in kind)
        return
    if issubclass(kind, BaseModel):
        for field, about in kind.model_fields.items():
            yield f"{name}.{field}{'' if about.is_required() else '='}"
    elif kind.__init__ is not object.__init__ and not name.startswith(GIVEN):
        yield from _of_function(name, kind.__init__)
    ours = [base for base in kind.__mro__ if base.__module__.startswith("headwater.")]
    members = {member: value for base in reversed(ours) for member, value in vars(base).items()}
    annotated = {field for base in ours for field in inspect.get_annotations(base)}
    for member in sorted({*members, *annotated}):
        if member.startswith(("_", "model_", "test_")):
            continue
        value = inspect.unwrap(getattr(members.get(member), "__func__", members.get(member)))
        yield f"{name}.{member}"
        if inspect.isroutine(value):
            yield from _of_function(f"{name}.{member}", value)


def _of_function(name: str, function: Any) -> Iterator[str]:
    for parameter in inspect.signature(function).parameters.values():
        if parameter.name != "self":
            given = "" if parameter.default is parameter.empty else "="
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                given = "="
            star = "*" if parameter.kind is parameter.KEYWORD_ONLY else ""
            yield f"{name}({star}{parameter.name}{given})"


if __name__ == "__main__":
    RECORD.write_text("\n".join(facts()) + "\n")
