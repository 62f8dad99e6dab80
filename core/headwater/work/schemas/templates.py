"""What a base job template must have: workers fill in its job configuration by its variables."""

import re
from typing import Any

# A name in two pairs of braces. What is kept elsewhere is filled in by the worker.
_PLACEHOLDER = re.compile(r"\{\{\s*([\w.\-\[\]$]+)\s*\}\}")
_KEPT_ELSEWHERE = ("prefect.blocks.", "prefect.variables.", "$")


def check_template(template: dict[str, Any]) -> dict[str, Any]:
    """Return a template, or raise ValueError saying what it lacks. An empty one lacks nothing."""
    if not template:
        return template
    configuration, variables = template.get("job_configuration"), template.get("variables")
    if not configuration or not variables:
        raise ValueError(
            "The `base_job_template` must contain both a `job_configuration` key and a "
            "`variables` key."
        )
    if not isinstance(configuration, dict) or not isinstance(variables, dict):
        raise ValueError("`job_configuration` and `variables` must be objects.")
    properties = variables.get("properties", {})
    if not isinstance(properties, dict):
        raise ValueError("The `properties` of `variables` must be an object.")
    undeclared = sorted(_list_names(configuration) - properties.keys())
    if undeclared:
        raise ValueError(
            "The variables specified in the job configuration template must be present as "
            "properties in the variables schema. Your job configuration uses the following "
            f"undeclared variable(s): {', '.join(undeclared)}."
        )
    return template


def _list_names(value: Any) -> set[str]:
    """Return what is to be filled in, at any depth, keys included."""
    if isinstance(value, str):
        found = _PLACEHOLDER.findall(value)
        return {name for name in found if not name.startswith(_KEPT_ELSEWHERE)}
    if isinstance(value, dict):
        return _list_names(list(value)) | _list_names(list(value.values()))
    if isinstance(value, list):
        return set().union(*map(_list_names, value))
    return set()
