"""The sandbox, and what templates may do in it: those of policies, and of all that is checked."""

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_LOOPS, DEEPEST_LOOPS, LONGEST_RANGE = 10, 2, 100
LARGEST = 100_000  # characters of a template that is kept, and of what one makes
# Characters of one that is rendered: what it does once it may do again in its two loops.
LONGEST = 1_000
# Characters and members that all filters and operators of a rendering take and make.
MOST_WORK = 1_000_000
CALL = 10  # of them, is what it costs to call one at all
_FORBIDDEN = (
    *(nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends),
    # With these a text could double again and again.
    *(nodes.Macro, nodes.CallBlock, nodes.Block, nodes.FilterBlock),
    *(nodes.Assign, nodes.AssignBlock, nodes.With),
)
# They make texts of any length from short ones.
_UNSAFE_FILTERS = (
    *("center", "format", "indent", "xmlattr", "wordwrap", "batch", "slice"),
    *("join", "replace"),
)


@dataclass(frozen=True)
class Fault:
    """What is wrong, and in which line, if that is known."""

    message: str
    line: int | None = None


@dataclass
class Budget:
    """What the template that is rendered may do yet, and what a turn of a loop in it costs."""

    turn: int
    left: int = MOST_WORK

    def spend(self, work: int) -> None:
        self.left -= work
        if self.left < 0:
            raise TemplateError("it does too much for a template")


budget: ContextVar[Budget] = ContextVar("budget")


def note_work(*values: Any) -> None:
    work = CALL + sum(len(value) for value in values if isinstance(value, str | list))
    budget.get().spend(work)


class Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset(["+", "*", "**", "%"])

    def call_binop(self, _context: Any, operator: str, left: Any, right: Any) -> Any:
        note_work(left, right)
        if operator == "+":
            return left + right
        if operator == "**" or not isinstance(left, int | float):
            raise TemplateError(f"{operator} is for numbers here")
        if isinstance(right, str | list | tuple):
            raise TemplateError(f"{operator} is for numbers here")
        if operator == "*" and max(abs(left), abs(right)) > 10**100:
            raise TemplateError("the number is too large")
        return left * right if operator == "*" else left % right

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        # Methods of texts make texts of any length, too, and those of numbers bytes.
        unsafe = isinstance(obj, str | bytes | int | float)
        return not unsafe and super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> None:
        """Give no way to `format`, which pads a text to any length."""
        return


@cache
def strict() -> Sandbox:
    # The optimizer would make parts of what a template makes before they are counted.
    sandbox = Sandbox(optimized=False)
    sandbox.globals = {"range": _range}
    sandbox.filters = {
        name: bounded(change)
        for name, change in sandbox.filters.items()
        if name not in _UNSAFE_FILTERS
    }
    return sandbox


def bounded(change: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter whose results are not large, and which is not used for ever."""

    @wraps(change)
    def call(*values: Any, **named: Any) -> Any:
        note_work(*values)
        result = change(*values, **named)
        note_work(result)
        if isinstance(result, str | list) and len(result) > LARGEST:
            raise TemplateError("what a filter makes is too large")
        return result

    return call


def find_fault(template: str) -> Fault | None:
    """Return what is wrong with a template: its syntax, or that it may take for ever.

    What it may use when it is rendered is not looked at: that depends on who renders it.
    """
    if len(template) > LARGEST:
        return Fault(f"a template has {LARGEST} characters at most")
    try:
        tree = strict().parse(template)
        loops = len(list(tree.find_all(nodes.For)))
        depth = _depth(tree)
    except TemplateError as error:
        return Fault(error.message or str(error), getattr(error, "lineno", None))
    except RecursionError:
        return Fault("it is nested too deeply")
    if loops > MOST_LOOPS:
        return Fault(f"it has {loops} for loops, at most {MOST_LOOPS} are taken")
    if depth > DEEPEST_LOOPS:
        return Fault(f"its for loops are nested {depth} deep, at most {DEEPEST_LOOPS} are taken")
    return None


def render(template: str, context: dict[str, Any]) -> str:
    """Return the text that a template makes; raise ValueError saying why it makes none."""
    if not any(mark in template for mark in ("{{", "{%", "{#")):
        return template
    if len(template) > LONGEST:
        raise ValueError(f"a template has {LONGEST} characters at most")
    if (fault := find_fault(template)) is not None:
        raise ValueError(fault.message)
    budget.set(Budget(CALL))
    try:
        check_runnable(strict().parse(template))
        return join(strict().from_string(template).generate(context))
    except Exception as error:  # noqa: BLE001  # a template is foreign code
        raise ValueError(str(error)) from None


def join(parts: Iterable[str]) -> str:
    made, size = [], 0
    for part in parts:
        made.append(part)
        size += len(part)
        if size > LARGEST:
            raise TemplateError(f"a template makes {LARGEST} characters at most")
    return "".join(made)


def check_runnable(tree: nodes.Template) -> None:
    for forbidden in tree.find_all(_FORBIDDEN):
        raise TemplateError(f"{type(forbidden).__name__.lower()} is not for templates here")
    if any(loop.recursive for loop in tree.find_all(nodes.For)):
        raise TemplateError("loops do not recurse here")


def _depth(node: nodes.Node) -> int:
    """Return how deep for loops are nested."""
    deepest = max((_depth(child) for child in node.iter_child_nodes()), default=0)
    return deepest + isinstance(node, nodes.For)


def _range(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > LONGEST_RANGE:
        raise TemplateError(f"a range has {LONGEST_RANGE} numbers at most")
    return found
