"""What is set for all clients of a workspace at once."""

from uuid import UUID

from sqlalchemy.orm import Session

from headwater.administration import queries
from headwater.blocks.queries import documents
from headwater.db.json import parse
from headwater.errors import InvalidError, NotFoundError

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
