"""What templates may hold, as far as that can be told before they are rendered."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, TemplateError, nodes
from jinja2.sandbox import SandboxedEnvironment

from headwater.shapes import Shape

MOST_LOOPS = 10
DEEPEST_LOOPS = 2
LARGEST = 100_000  # characters


class TemplateFault(Shape):
    line: int | None
    message: str
    source: str


class TemplateRefusal(Shape):
    error: TemplateFault


@dataclass(frozen=True)
class Fault:
    """What is wrong, and in which line, if that is known."""

    message: str
    line: int | None = None


@cache
def _environment() -> Environment:
    return SandboxedEnvironment()


def find_fault(template: str) -> Fault | None:
    """Return what is wrong with a template: its syntax, or that it may take for ever."""
    if len(template) > LARGEST:
        return Fault(f"a template has {LARGEST} characters at most")
    try:
        tree = _environment().parse(template)
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


def _depth(node: nodes.Node) -> int:
    """Return how deep for loops are nested."""
    deepest = max((_depth(child) for child in node.iter_child_nodes()), default=0)
    return deepest + isinstance(node, nodes.For)


def check_template(template: str, name: str) -> str:
    """Return the template; raise ValueError for one that is none."""
    fault = find_fault(template)
    if fault is not None:
        raise ValueError(f"{name!r} is not a valid template: {fault.message}")
    return template


def check_parameters(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return parameters whose templates are such; raise ValueError naming those that are not."""
    faults = [
        f"{name}: Invalid jinja: {fault.message}"
        for name, value in parameters.items()
        for template in _templates_in(value)
        if (fault := find_fault(template)) is not None
    ]
    if faults:
        raise ValueError("Invalid parameters: \n" + "\n".join(faults))
    return parameters


def _templates_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if "{{" in value or "{%" in value else []
    if isinstance(value, list):
        return [found for item in value for found in _templates_in(item)]
    if isinstance(value, dict):
        if value.get("__prefect_kind") == "jinja":
            template = value.get("template")
            return [template] if isinstance(template, str) else []
        return [found for item in value.values() for found in _templates_in(item)]
    return []
