"""Lists take as many statements for many rows as for few, and no workspace sees another's."""

from uuid import UUID, uuid4

import pytest

from headwater.blocks.queries import documents, schemas, types
from headwater.blocks.schemas.documents import BlockDocumentsWanted
from headwater.blocks.schemas.schemas import BlockSchemasWanted
from headwater.blocks.schemas.types import BlockTypesWanted
from headwater.db.session import reading
from headwater.errors import NotFoundError


def refer_to(document):
    return {"$ref": {"block_document_id": document["id"]}}


@pytest.mark.parametrize("path", ["block_types", "block_schemas", "block_documents"])
def test_a_list_takes_three_statements_at_most(blocks, statements, path):
    schema = blocks.add_plain_schema("thing")
    last = blocks.add_document(schema, "d0")
    for number in range(1, 10):
        kind = blocks.add_plain_schema(f"thing-{number}")
        last = blocks.add_document(kind, f"d{number}", data={"in": refer_to(last)})

    statements.clear()
    assert len(blocks.post(f"{path}/filter", {}, 200)) == 10

    assert len(statements) <= 3


def test_a_read_takes_two_statements_whatever_lies_within(blocks, statements):
    schema = blocks.add_plain_schema("thing")
    last = blocks.add_document(schema, "d0")
    for number in range(1, 5):
        last = blocks.add_document(schema, f"d{number}", data={"in": refer_to(last)})

    statements.clear()
    blocks.read(last)

    assert len(statements) == 2


def test_no_workspace_sees_the_blocks_of_another(blocks):
    schema = blocks.add_plain_schema("thing")
    document = blocks.add_document(schema, "one")
    other = uuid4()

    with reading() as session:
        assert types.list_types(session, other, BlockTypesWanted()) == []
        assert schemas.list_schemas(session, other, BlockSchemasWanted()) == []
        assert documents.list_documents(session, other, BlockDocumentsWanted()) == []
        assert documents.count_documents(session, other, BlockDocumentsWanted()) == 0
        assert schemas.find_schema_by_checksum(session, other, schema["checksum"]) is None
        assert documents.list_known_ids(session, other, [UUID(document["id"])]) == set()
        assert documents.find_document_by_name(session, other, "thing", "one") is None
        with pytest.raises(NotFoundError):
            types.get_type_by_slug(session, other, "thing")
        for find, row in (
            (types.find_type, schema["block_type"]),
            (schemas.find_schema, schema),
            (documents.find_document, document),
        ):
            assert find(session, other, UUID(row["id"])) is None
