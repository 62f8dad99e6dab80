"""Says what is wrong with values that are to become parameters."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.conformance import Mismatch, SchemaError, check_schema, list_mismatches, relax
from headwater.deployments.rules.hydration import HydrationError, Means, hydrate
from headwater.deployments.service.checks import variables_of
from headwater.errors import InvalidError


def find_mismatches(
    session: Session, workspace: UUID, values: dict[str, Any], schema: dict[str, Any]
) -> list[Mismatch]:
    """Return all that is wrong; raise InvalidError for what is no schema."""
    made: dict[str, Any] = {}
    unmade: list[Mismatch] = []
    means = Means(variables_of(session, workspace))
    for name, value in values.items():
        try:
            made |= hydrate({name: value}, means)
        except HydrationError as error:
            unmade.append(Mismatch((name,), str(error)))
        except RecursionError:
            unmade.append(Mismatch((name,), "It is too deep."))
    names = {mismatch.path for mismatch in unmade}
    relaxed = relax(schema)
    try:
        check_schema(relaxed)
        found = list_mismatches(made, relaxed)
    except SchemaError as error:
        raise InvalidError(str(error)) from None
    # What could not be made is not missing, too.
    return unmade + [mismatch for mismatch in found if mismatch.path not in names]
