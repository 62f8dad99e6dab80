"""Templates of automations: what is not there is empty, loops go as far as they may cost."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from jinja2 import ChainableUndefined, TemplateError, Undefined, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.visitor import NodeTransformer

from headwater.sandbox.measured import MEASURED
from headwater.sandbox.strict import (
    CALL,
    Budget,
    Sandbox,
    bounded,
    budget,
    check_runnable,
    find_fault,
    join,
    note_work,
    strict,
)

TURN = 20  # characters of a template whose loop goes round once cost as much as one more
# The methods of texts that make none that are longer.
_SAFE_ON_TEXTS = frozenset(
    [
        *("lower", "upper", "strip", "lstrip", "rstrip", "removeprefix", "removesuffix"),
        *("startswith", "endswith", "split", "partition", "rpartition", "find", "isdigit"),
    ]
)
Filters = Mapping[str, Callable[..., Any]]


class RenderError(ValueError):
    """A template makes nothing; *cause* is what went wrong in it."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(str(cause))
        self.cause = cause


def render_leniently(template: str, context: Mapping[str, Any], filters: Filters) -> str:
    """Return the text that a template makes, of any length that is kept; raise RenderError.

    What is not there is empty, and so is what would be within it.
    """
    if not is_template(template):
        return template
    return _run(_parse(template, filters), context, len(template))


def evaluate(template: str, context: Mapping[str, Any], filters: Filters) -> Any:
    """Return what the one expression gives that a template is, as JSON has it; the text of one
    that is more. Raise RenderError."""
    if not is_template(template):
        return template
    tree = _parse(template.strip(), filters)
    if not _is_expression(tree):
        return _run(_parse(template, filters), context, len(template))
    output: Any = tree.body[0]
    output.nodes = [_filtered(output.nodes[0], "tojson")]
    return json.loads(_run(tree, context, len(template)))


def is_template(text: str) -> bool:
    return "{{" in text or "{%" in text


def names_in(template: str) -> set[str]:
    """Return the names that a template looks up, none where it is no template."""
    if not is_template(template):
        return set()
    try:
        return find_undeclared_variables(lenient().parse(template))
    except (TemplateError, RecursionError):
        return set()


def _parse(template: str, filters: Filters) -> nodes.Template:
    sandbox = lenient().overlay()
    own = {name: bounded(change) for name, change in filters.items()}
    sandbox.filters = {**lenient().filters, **MEASURED, **own}
    try:
        if (fault := find_fault(template)) is not None:
            raise TemplateError(fault.message)
        tree = sandbox.parse(template)
        check_runnable(tree)
    except Exception as error:  # noqa: BLE001  # a template is foreign code
        raise RenderError(error) from None
    return tree


def _run(tree: nodes.Template, context: Mapping[str, Any], size: int) -> str:
    sandbox = tree.environment
    assert sandbox is not None  # noqa: S101  # for mypy: it was parsed in one
    budget.set(Budget(CALL + size // TURN))
    try:
        Counting().visit(tree)
        tree.set_environment(sandbox)
        return join(sandbox.from_string(tree).generate(context))
    except Exception as error:  # noqa: BLE001  # as above
        raise RenderError(error) from None


def _is_expression(tree: nodes.Template) -> bool:
    """Say if a template is one expression, and nothing else."""
    if len(tree.body) != 1 or not isinstance(tree.body[0], nodes.Output):
        return False
    output: nodes.Output = tree.body[0]
    return len(output.nodes) == 1 and not isinstance(output.nodes[0], nodes.TemplateData)


class Lenient(Sandbox):
    """For templates whose every loop is counted, so that they may call more."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str):
            return attr in _SAFE_ON_TEXTS
        return super().is_safe_attribute(obj, attr, value)


class Counting(NodeTransformer):
    """Has loops pay for each turn, and joined texts for their length."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802  # the visitor's name
        self.generic_visit(node)
        node.iter = _filtered(node.iter, "counted")
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802  # the visitor's name
        self.generic_visit(node)
        node.nodes = [_filtered(each, "weighed") for each in node.nodes]
        return node


def _filtered(node: Any, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _counted(values: Any) -> Iterator[Any]:
    purse = budget.get()
    for value in values:
        purse.spend(purse.turn)
        yield value


def _weighed(value: Any) -> Any:
    note_work(value)
    return value


@cache
def lenient() -> Lenient:
    sandbox = Lenient(optimized=False, undefined=ChainableUndefined)
    sandbox.globals = strict().globals
    sandbox.filters = {**strict().filters, "counted": _counted, "weighed": _weighed}
    sandbox.policies = {
        **sandbox.policies,
        "json.dumps_function": _dump_json,
        "json.dumps_kwargs": {},
    }
    return sandbox


def _dump_json(value: Any, **named: Any) -> str:
    return json.dumps(value, default=_as_plain, **named)


def _as_plain(value: Any) -> str:
    if isinstance(value, Undefined):
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
