"""The routes of block types, and of the documents of one."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.blocks.queries import types as queries
from headwater.blocks.schemas.documents import BlockDocument, SecretsWanted
from headwater.blocks.schemas.types import (
    BlockType,
    BlockTypeCreate,
    BlockTypesWanted,
    BlockTypeUpdate,
)
from headwater.blocks.service import documents
from headwater.blocks.service import types as service
from headwater.blocks.service.builtins import BUILT_IN
from headwater.db.session import reading, write
from headwater.web.context import current_vault, current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body, parse_query

blueprint = Blueprint("block_types_api", __name__, url_prefix="/api/block_types")


@blueprint.post("/")
@needs("blocks:write")
@describes("Create a block type.", body=BlockTypeCreate, answers={201: BlockType})
def post_type() -> Response:
    new, workspace, now = parse_body(BlockTypeCreate), current_workspace(), clock.now()
    return answer(write(lambda session: service.create(session, workspace, new, now=now)), 201)


@blueprint.get("/<uuid:type_id>")
@needs("blocks:read")
@describes("Read a block type.", answers={200: BlockType})
def get_type(type_id: UUID) -> Response:
    with reading() as session:
        return answer(queries.make_type(queries.get_type(session, current_workspace(), type_id)))


@blueprint.get("/slug/<slug>")
@needs("blocks:read")
@describes("Read a block type by its slug.", answers={200: BlockType})
def get_type_by_slug(slug: str) -> Response:
    with reading() as session:
        row = queries.get_type_by_slug(session, current_workspace(), slug)
    return answer(queries.make_type(row))


@blueprint.patch("/<uuid:type_id>")
@needs("blocks:write")
@describes("Change a block type; what is absent stays.", body=BlockTypeUpdate, answers={204: None})
def patch_type(type_id: UUID) -> Response:
    change, workspace, now = parse_body(BlockTypeUpdate), current_workspace(), clock.now()
    write(lambda session: service.update(session, workspace, type_id, change, now=now))
    return no_content()


@blueprint.delete("/<uuid:type_id>")
@needs("blocks:write")
@describes("Delete a block type, its schemas and documents.", answers={204: None})
def delete_type(type_id: UUID) -> Response:
    workspace, now = current_workspace(), clock.now()
    write(lambda session: service.delete(session, workspace, type_id, now=now))
    return no_content()


@blueprint.post("/filter")
@needs("blocks:read")
@describes("List block types.", body=BlockTypesWanted, answers={200: list[BlockType]})
def post_type_filter() -> Response:
    wanted = parse_body(BlockTypesWanted)
    with reading() as session:
        rows = queries.list_types(session, current_workspace(), wanted)
    return answer([queries.make_type(row) for row in rows])


@blueprint.post("/install_system_block_types")
@needs("blocks:write")
@describes("Register the block types that come with the server.", answers={200: type(None)})
def post_install() -> Response:
    workspace, now = current_workspace(), clock.now()
    write(lambda session: service.install(session, workspace, BUILT_IN, now=now))
    return answer(None)


@blueprint.get("/slug/<slug>/block_documents")
@needs("blocks:read")
@describes(
    "List the block documents of a type.", query=SecretsWanted, answers={200: list[BlockDocument]}
)
def get_documents(slug: str) -> Response:
    secrets, vault = parse_query(SecretsWanted).include_secrets, current_vault()
    with reading() as session:
        found = documents.list_of_type(
            session, current_workspace(), slug, vault, include_secrets=secrets
        )
    return answer(found)


@blueprint.get("/slug/<slug>/block_documents/name/<block_document_name>")
@needs("blocks:read")
@describes(
    "Read a block document by its type and name.", query=SecretsWanted, answers={200: BlockDocument}
)
def get_document_by_name(slug: str, block_document_name: str) -> Response:
    secrets, vault = parse_query(SecretsWanted).include_secrets, current_vault()
    with reading() as session:
        document = documents.get_by_name(
            session, current_workspace(), slug, block_document_name, vault, include_secrets=secrets
        )
    return answer(document)
