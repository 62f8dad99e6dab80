"""What is done to a workspace as a whole, and set for all its clients at once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.administration import queries
from headwater.blocks.queries import documents
from headwater.blocks.rules.definitions import Definition
from headwater.blocks.service import types
from headwater.db.json import parse
from headwater.errors import InvalidError, NotFoundError
from headwater.events import log
from headwater.events.schemas import Event, make_resource
from headwater.ids import uuid7

CLEARED = "headwater.workspace.cleared"
NEEDED = {"read-path", "write-path"}  # what a block can that keeps results


def find_default_storage(session: Session, workspace: UUID) -> UUID | None:
    """Return the block document that keeps results where nothing else is said, if it is there."""
    found = queries.find_default_storage(session, workspace)
    if found is None or not documents.list_known_ids(session, workspace, [found]):
        return None
    return found


def set_default_storage(session: Session, workspace: UUID, document_id: UUID) -> None:
    """Raise NotFoundError, and InvalidError for a block that cannot keep results."""
    document = documents.find_document(session, workspace, document_id)
    if document is None:
        raise NotFoundError(f"Block document {document_id} not found.")
    if missing := NEEDED - set(parse(document.schema_capabilities)):
        names = ", ".join(sorted(missing))
        raise InvalidError(f"Block document {document_id} cannot keep results: it lacks {names}.")
    queries.keep_default_storage(session, workspace, document_id)


def clear(
    session: Session, workspace: UUID, definitions: Sequence[Definition], *, now: datetime
) -> None:
    """Delete whatever is in a workspace, and put back the block types of a new one.

    One event tells of it. The positions of the event log go on from there: its readers wait for
    higher ones than those they know.
    """
    queries.lock_out_writers(session)
    resource = make_resource(f"headwater.workspace.{workspace}")
    event = Event(id=uuid7(), occurred=now, event=CLEARED, resource=resource)
    log.append_new(session, workspace, event, now=now)
    queries.delete_all(session, workspace, but=event.id)
    queries.forget_default_storage(session, workspace)
    types.install(session, workspace, definitions, now=now)
