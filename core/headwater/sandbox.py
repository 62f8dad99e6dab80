"""Templates that clients wrote: checked before they are kept, rendered where nothing runs long."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_LOOPS, DEEPEST_LOOPS, LONGEST_RANGE = 10, 2, 100
LARGEST = 100_000  # characters
_FORBIDDEN = (nodes.Macro, nodes.CallBlock, nodes.Import, nodes.FromImport, nodes.Include)
# They make texts of any length from short ones.
_UNSAFE_FILTERS = ("center", "format", "indent", "xmlattr", "wordwrap", "batch", "slice")


@dataclass(frozen=True)
class Fault:
    """What is wrong, and in which line, if that is known."""

    message: str
    line: int | None = None


class _Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset(["*", "**", "%"])

    def call_binop(self, _context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or not isinstance(left, int | float):
            raise TemplateError(f"{operator} is for numbers here")
        if isinstance(right, str | list | tuple):
            raise TemplateError(f"{operator} is for numbers here")
        if operator == "*" and max(abs(left), abs(right)) > 10**100:
            raise TemplateError("the number is too large")
        return left * right if operator == "*" else left % right

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        # Methods of texts make texts of any length, too.
        return not isinstance(obj, str) and super().is_safe_attribute(obj, attr, value)


@cache
def _sandbox() -> _Sandbox:
    sandbox = _Sandbox()
    sandbox.globals = {"range": _range}
    for name in _UNSAFE_FILTERS:
        sandbox.filters.pop(name, None)
    return sandbox


def find_fault(template: str) -> Fault | None:
    """Return what is wrong with a template: its syntax, or that it may take for ever.

    What it may use when it is rendered is not looked at: that depends on who renders it.
    """
    if len(template) > LARGEST:
        return Fault(f"a template has {LARGEST} characters at most")
    try:
        tree = _sandbox().parse(template)
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
    if (fault := find_fault(template)) is not None:
        raise ValueError(fault.message)
    try:
        _check_runnable(_sandbox().parse(template))
        return _sandbox().from_string(template).render(context)
    except Exception as error:  # noqa: BLE001  # a template is foreign code
        raise ValueError(str(error)) from None


def _check_runnable(tree: nodes.Template) -> None:
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
