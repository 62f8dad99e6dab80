"""Reads the blocks that actions name."""

from uuid import UUID

from sqlalchemy.orm import Session

from headwater.blocks.service import documents
from headwater.blocks.service.documents import OpenDocument
from headwater.db.vault import Vault
from headwater.errors import ActionError, NotFoundError


def read_block(
    session: Session, workspace: UUID, document_id: UUID, vault: Vault, action_type: str
) -> OpenDocument:
    """Return a block with its secrets; raise ActionError where it is gone."""
    try:
        return documents.get_data(session, workspace, document_id, vault)
    except NotFoundError:
        raise ActionError(
            f"Unexpected status from {action_type!r} action: 404",
            status_code=404,
            detail=f"Block document {document_id} not found",
        ) from None
