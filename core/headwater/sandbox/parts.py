"""Templates of which it is known what they say themselves, and what the values say in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any

from jinja2 import TemplateError, Undefined, nodes

from headwater.sandbox.lenient import TURN, Counting, Lenient, lenient
from headwater.sandbox.strict import (
    CALL,
    LARGEST,
    MOST_WORK,
    Budget,
    Fault,
    budget,
    check_runnable,
    find_fault,
    note_work,
)


class Put(str):
    """What a value made that a template put in: the other parts are the template's own text."""

    def __str__(self) -> str:
        return self


@dataclass(frozen=True)
class Dialect:
    """How templates of one kind differ: how long they are, how much they may do, and what filters
    they have of their own, whose results are as large as the work allows."""

    filters: tuple[tuple[str, Callable[..., Any]], ...] = ()
    longest: int = LARGEST
    work: int = MOST_WORK


def find_misuse(template: str, dialect: Dialect) -> Fault | None:
    """Return what keeps a template from being rendered, whatever it is about."""
    if len(template) > dialect.longest:
        return Fault(f"a template has {dialect.longest} characters at most")
    if (fault := find_fault(template)) is not None:
        return fault
    _begin(template, dialect)
    try:
        _sandbox_of(dialect).compile(_parse(template, dialect))  # which misses unknown filters
    except TemplateError as error:
        return Fault(error.message or str(error), getattr(error, "lineno", None))
    return None


def render_parts(template: str, context: Mapping[str, Any], dialect: Dialect) -> list[str]:
    """Return what a template makes, part by part; raise ValueError saying why it makes nothing."""
    if (fault := find_fault(template)) is not None:
        raise ValueError(fault.message)
    purse = _begin(template, dialect)
    try:
        tree = _parse(template, dialect)
        parts = []
        for part in _sandbox_of(dialect).from_string(tree).generate(context):
            purse.spend(len(part))
            parts.append(part)
    except Exception as error:  # noqa: BLE001  # a template is foreign code
        raise ValueError(str(error)) from None
    return parts


def _begin(template: str, dialect: Dialect) -> Budget:
    purse = Budget(CALL + len(template) // TURN, dialect.work)
    budget.set(purse)
    return purse


def _parse(template: str, dialect: Dialect) -> nodes.Template:
    sandbox = _sandbox_of(dialect)
    tree = sandbox.parse(template)
    check_runnable(tree)
    Counting().visit(tree)
    tree.set_environment(sandbox)
    return tree


@cache
def _sandbox_of(dialect: Dialect) -> Lenient:
    sandbox = lenient().overlay(finalize=lambda value: Put(str(value)), undefined=Undefined)
    own = {name: _weighed(change) for name, change in dialect.filters}
    sandbox.filters = {**sandbox.filters, **own}
    return sandbox


def _weighed(change: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(change)
    def weighed(*values: Any, **named: Any) -> Any:
        note_work(*values)
        result = change(*values, **named)
        note_work(result)
        return result

    return weighed
