"""The routes of block schemas and of what these can do."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.blocks.queries import schemas as queries
from headwater.blocks.schemas.schemas import (
    BlockSchema,
    BlockSchemaCreate,
    BlockSchemasWanted,
    VersionWanted,
)
from headwater.blocks.service import schemas as service
from headwater.db.session import reading, write
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body, parse_query

blueprint = Blueprint("block_schemas_api", __name__, url_prefix="/api")


@blueprint.post("/block_schemas/")
@needs("blocks:write")
@describes(
    "Create a block schema, or return the one of the same checksum.",
    body=BlockSchemaCreate,
    answers={200: BlockSchema, 201: BlockSchema},
)
def post_schema() -> Response:
    new, workspace, now = parse_body(BlockSchemaCreate), current_workspace(), clock.now()
    schema, made = write(lambda session: service.create(session, workspace, new, now=now))
    return answer(schema, 201 if made else 200)


@blueprint.get("/block_schemas/<uuid:schema_id>")
@needs("blocks:read")
@describes("Read a block schema.", answers={200: BlockSchema})
def get_schema(schema_id: UUID) -> Response:
    with reading() as session:
        row = queries.get_schema(session, current_workspace(), schema_id)
    return answer(queries.make_schema(row))


@blueprint.get("/block_schemas/checksum/<checksum>")
@needs("blocks:read")
@describes("Read a block schema by its checksum.", query=VersionWanted, answers={200: BlockSchema})
def get_schema_by_checksum(checksum: str) -> Response:
    version = parse_query(VersionWanted).version
    with reading() as session:
        row = queries.get_schema_by_checksum(session, current_workspace(), checksum, version)
    return answer(queries.make_schema(row))


@blueprint.delete("/block_schemas/<uuid:schema_id>")
@needs("blocks:write")
@describes("Delete a block schema.", answers={204: None})
def delete_schema(schema_id: UUID) -> Response:
    workspace = current_workspace()
    write(lambda session: service.delete(session, workspace, schema_id))
    return no_content()


@blueprint.post("/block_schemas/filter")
@needs("blocks:read")
@describes("List block schemas.", body=BlockSchemasWanted, answers={200: list[BlockSchema]})
def post_schema_filter() -> Response:
    wanted = parse_body(BlockSchemasWanted)
    with reading() as session:
        rows = queries.list_schemas(session, current_workspace(), wanted)
    return answer([queries.make_schema(row) for row in rows])


@blueprint.get("/block_capabilities/")
@needs("blocks:read")
@describes("List what blocks can do.", answers={200: list[str]})
def get_capabilities() -> Response:
    with reading() as session:
        return answer(service.list_capabilities(session, current_workspace()))
