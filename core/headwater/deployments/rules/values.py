"""What is wrong with values, as a tree of fields and items."""

from collections.abc import Iterable
from typing import Any

from headwater.conformance import Mismatch

Errors = list[str | dict[str, Any]]


def nest(mismatches: Iterable[Mismatch]) -> Errors:
    """Return mismatches as the wire has them: each within the field or the item that it is of."""
    tree: Errors = []
    for mismatch in mismatches:
        errors = tree
        for step in mismatch.path:
            errors = _errors_of(errors, step)
        errors.append(mismatch.message)
    return tree


def _errors_of(errors: Errors, step: str | int) -> Errors:
    """Return the errors of one field or item, which are there from now on."""
    name = "index" if isinstance(step, int) else "property"
    for one in errors:
        if isinstance(one, dict) and one.get(name) == step:
            found: Errors = one["errors"]
            return found
    made: Errors = []
    errors.append({name: step, "errors": made})
    return made
