"""The routes of block documents."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.blocks.queries import documents as queries
from headwater.blocks.schemas.documents import (
    BlockDocument,
    BlockDocumentCreate,
    BlockDocumentsCounted,
    BlockDocumentsWanted,
    BlockDocumentUpdate,
    SecretsWanted,
)
from headwater.blocks.service import documents as service
from headwater.db.session import reading, write
from headwater.web.context import current_vault, current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body, parse_query

blueprint = Blueprint("block_documents_api", __name__, url_prefix="/api/block_documents")


@blueprint.post("/")
@needs("blocks:write")
@describes("Create a block document.", body=BlockDocumentCreate, answers={201: BlockDocument})
def post_document() -> Response:
    new, workspace, vault = parse_body(BlockDocumentCreate), current_workspace(), current_vault()
    now = clock.now()
    document = write(lambda session: service.create(session, workspace, new, vault, now=now))
    return answer(document, 201)


@blueprint.get("/<uuid:document_id>")
@needs("blocks:read")
@describes("Read a block document.", query=SecretsWanted, answers={200: BlockDocument})
def get_document(document_id: UUID) -> Response:
    secrets, vault = parse_query(SecretsWanted).include_secrets, current_vault()
    with reading() as session:
        document = service.get(
            session, current_workspace(), document_id, vault, include_secrets=secrets
        )
    return answer(document)


@blueprint.patch("/<uuid:document_id>")
@needs("blocks:write")
@describes("Change a block document.", body=BlockDocumentUpdate, answers={204: None})
def patch_document(document_id: UUID) -> Response:
    change, workspace = parse_body(BlockDocumentUpdate), current_workspace()
    vault, now = current_vault(), clock.now()
    write(lambda session: service.update(session, workspace, document_id, change, vault, now=now))
    return no_content()


@blueprint.delete("/<uuid:document_id>")
@needs("blocks:write")
@describes("Delete a block document.", answers={204: None})
def delete_document(document_id: UUID) -> Response:
    workspace, vault, now = current_workspace(), current_vault(), clock.now()
    write(lambda session: service.delete(session, workspace, document_id, vault, now=now))
    return no_content()


@blueprint.post("/filter")
@needs("blocks:read")
@describes("List block documents.", body=BlockDocumentsWanted, answers={200: list[BlockDocument]})
def post_document_filter() -> Response:
    wanted, vault = parse_body(BlockDocumentsWanted), current_vault()
    with reading() as session:
        return answer(service.list_wanted(session, current_workspace(), wanted, vault))


@blueprint.post("/count")
@needs("blocks:read")
@describes("Count block documents.", body=BlockDocumentsCounted, answers={200: int})
def post_document_count() -> Response:
    wanted = parse_body(BlockDocumentsCounted)
    with reading() as session:
        return answer(queries.count_documents(session, current_workspace(), wanted))
