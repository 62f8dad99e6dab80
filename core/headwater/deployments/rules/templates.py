"""Templates of parameters, which whoever may start a run may write: nothing in them runs long."""

from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

MOST_LOOPS, DEEPEST, LONGEST_RANGE = 10, 2, 100
LARGEST = 100_000  # characters of a text that an operator makes
_FORBIDDEN = (nodes.Macro, nodes.CallBlock, nodes.Import, nodes.FromImport, nodes.Include)
# They make texts of any length from short ones.
_UNSAFE_FILTERS = ("center", "format", "indent", "xmlattr", "wordwrap", "batch", "slice")


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


def _range(*bounds: int) -> range:
    found = range(*bounds)
    if len(found) > LONGEST_RANGE:
        raise TemplateError(f"a range has {LONGEST_RANGE} numbers at most")
    return found


_SANDBOX = _Sandbox()
_SANDBOX.globals = {"range": _range}
for _name in _UNSAFE_FILTERS:
    _SANDBOX.filters.pop(_name, None)


def render(template: str, context: dict[str, Any]) -> str:
    """Return the text that a template makes; raise ValueError saying why it makes none."""
    try:
        _check(_SANDBOX.parse(template))
        return _SANDBOX.from_string(template).render(context)
    except Exception as error:  # noqa: BLE001  # a template is foreign code
        raise ValueError(str(error)) from None


def _check(tree: nodes.Template) -> None:
    for forbidden in tree.find_all(_FORBIDDEN):
        raise TemplateError(f"{type(forbidden).__name__.lower()} is not for templates here")
    loops = list(tree.find_all(nodes.For))
    if len(loops) > MOST_LOOPS:
        raise TemplateError(f"a template has {MOST_LOOPS} loops at most")
    if any(_depth(loop) > DEEPEST for loop in loops):
        raise TemplateError(f"loops are nested {DEEPEST} deep at most")
    if any(loop.recursive for loop in loops):
        raise TemplateError("loops do not recurse here")


def _depth(loop: nodes.For) -> int:
    return 1 + max((_depth(inner) for inner in loop.find_all(nodes.For)), default=0)
