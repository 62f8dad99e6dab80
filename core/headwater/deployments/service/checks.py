"""Holds parameters and job variables to what a deployment asks of them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.conformance import (
    MismatchError,
    SchemaError,
    check,
    check_schema,
    relax,
    without_required,
)
from headwater.db.json import parse
from headwater.deployments.rules.hydration import FindVariable, HydrationError, Means, hydrate
from headwater.deployments.rules.schemas import list_remote_references
from headwater.errors import (
    BadRequestError,
    ConflictError,
    InvalidError,
    InvalidRequestError,
    NotFoundError,
)
from headwater.variables.queries import get_variable_by_name


def check_parameter_schema(schema: Mapping[str, Any], *, enforced: bool) -> None:
    """Raise InvalidRequestError for a schema that refers to what is not within it, and, where it
    is to be enforced, for one that is none."""
    remote = next(list_remote_references(schema), None)
    if remote is not None:
        # Nothing would be fetched: a schema is a stranger's, and its address may be anybody's.
        _refuse("parameter_openapi_schema", f"a reference to elsewhere is not followed: {remote}")
    if enforced:
        try:
            check_schema(relax(schema))
        except SchemaError as error:
            _refuse("parameter_openapi_schema", str(error))


def check_defaults(parameters: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    """Raise InvalidRequestError for a deployment's parameters that its schema does not take; a
    run may bring those that are missing."""
    try:
        check(parameters, without_required(relax(schema)))
    except (MismatchError, SchemaError) as error:
        _refuse("parameters", str(error))


def check_changed(parameters: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    """Do as `check_defaults` does, but say it as a change is refused; raise ConflictError."""
    relaxed = relax(schema)
    try:
        check_schema(relaxed)
        check(parameters, without_required(relaxed))
    except (MismatchError, SchemaError) as error:
        raise ConflictError(f"Error updating deployment: {error}") from None


def check_parameters(parameters: Mapping[str, Any], schema: Any) -> None:
    """Hold a run's parameters to a schema, whole; raise ConflictError, or InvalidError for a
    schema that cannot be followed."""
    if not isinstance(schema, dict):
        raise ConflictError(
            "Error updating flow run: Invalid schema: Unable to validate parameters without one."
        )
    relaxed = relax(schema)
    try:
        check_schema(relaxed)
        check(parameters, relaxed)
    except MismatchError as error:
        raise ConflictError(f"Error creating flow run: {error}") from None
    except SchemaError as error:
        raise InvalidError(f"Error creating flow run: {error}") from None


def make_parameters(
    session: Session, workspace: UUID, parameters: dict[str, Any], what: str
) -> dict[str, Any]:
    """Return parameters with the values that they say how to make; raise BadRequestError."""
    try:
        return hydrate(parameters, Means(variables_of(session, workspace)))
    except HydrationError as error:
        raise BadRequestError(f"Error hydrating {what} parameters: {error}") from None
    except RecursionError:
        raise BadRequestError(f"Error hydrating {what} parameters: they are too deep") from None


def variables_of(session: Session, workspace: UUID) -> FindVariable:
    """Return what finds the value of a variable by its name."""

    def find_variable(name: str) -> Any:
        try:
            return parse(get_variable_by_name(session, workspace, name).value)
        except NotFoundError:
            raise KeyError(name) from None

    return find_variable


def _refuse(field: str, message: str) -> None:
    detail = {"type": "value_error", "loc": ["body", field], "msg": f"Value error, {message}"}
    raise InvalidRequestError([detail | {"input": None}])
