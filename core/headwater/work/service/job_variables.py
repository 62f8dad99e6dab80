"""Holds job variables to the template of their pool."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.blocks.service import documents
from headwater.conformance import (
    MismatchError,
    SchemaError,
    check,
    check_schema,
    relax,
    without_required,
)
from headwater.db.json import parse
from headwater.db.vault import Vault
from headwater.errors import InvalidError, NotFoundError
from headwater.work.rules.job_variables import find_block_reference, list_defaults


def check_defaults(
    session: Session, workspace: UUID, template: Mapping[str, Any], vault: Vault
) -> None:
    """Raise InvalidError for a default of a template that its own schema does not take.

    Raise NotFoundError for one that refers to a block document which is not there.
    """
    schema = template.get("variables")
    if not schema:
        return
    try:
        check_schema(schema)
        values = _fill_in(session, workspace, list_defaults(schema), vault)
        check(values, without_required(relax(schema, null_beside_default=True)))
    except MismatchError as error:
        raise InvalidError(
            f"Validation failed for work pool's job variable defaults: {error}"
        ) from None
    except SchemaError as error:
        raise InvalidError(str(error)) from None


def check_job_variables(
    session: Session,
    workspace: UUID,
    template: Mapping[str, Any],
    variables: Mapping[str, Any],
    vault: Vault,
    *,
    complete: bool,
) -> None:
    """Raise MismatchError where *variables* over the template's defaults do not fit it.

    *complete*: what the template requires must be there. A default that does not fit its own
    schema is passed over, and then nothing is required: it may have been meant for that. Raise
    SchemaError for a template that has no schema to hold anything to.
    """
    schema = template.get("variables")
    if not schema:
        return
    check_schema(schema)
    optional = without_required(schema)
    filled = _fill_in(session, workspace, list_defaults(schema), vault)
    defaults = {name: value for name, value in filled.items() if _fits({name: value}, optional)}
    if len(defaults) < len(filled):
        complete = False
    relaxed = relax(schema, null_beside_default=True)
    check(defaults | dict(variables), relaxed if complete else without_required(relaxed))


def _fits(value: Any, schema: Any) -> bool:
    try:
        check(value, schema)
    except MismatchError:
        return False
    return True


def _fill_in(
    session: Session, workspace: UUID, defaults: Mapping[str, Any], vault: Vault
) -> dict[str, Any]:
    """Return the defaults with what they refer to in place of references to blocks."""
    filled = dict(defaults)
    for name, value in defaults.items():
        if (document_id := find_block_reference(value)) is not None:
            filled[name] = _read_block(session, workspace, document_id, vault)
    return filled


def _read_block(session: Session, workspace: UUID, document_id: str, vault: Vault) -> Any:
    try:
        # Its secrets stay masked, since what does not fit is named in the refusal.
        document = documents.get(session, workspace, UUID(document_id), vault)
    except (ValueError, NotFoundError):
        raise NotFoundError("Block not found.") from None
    return parse(document.data)
