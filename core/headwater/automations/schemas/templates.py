"""What is said of templates that cannot be kept."""

from typing import Any

from headwater.sandbox import find_fault
from headwater.shapes import Shape


class TemplateFault(Shape):
    line: int | None
    message: str
    source: str


class TemplateRefusal(Shape):
    error: TemplateFault


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
