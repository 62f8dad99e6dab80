"""What lies in the database: no secret in clear, and readable after the key was changed."""

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import delete, select

from headwater.app import install
from headwater.blocks.models import BlockDocument
from headwater.blocks.service import documents
from headwater.db.base import db
from headwater.db.models import Configuration
from headwater.db.session import reading
from headwater.db.vault import Vault
from headwater.errors import ConfigError
from headwater.events.models import Event
from headwater.web.context import VAULT, current_vault, current_workspace

SECRET = "correct horse battery staple"  # noqa: S105  # of nothing


def new_key():
    return Fernet.generate_key().decode()


def forget_key():
    with db.engine.begin() as connection:
        connection.execute(delete(Configuration.__table__))


@pytest.fixture
def with_keys(app):
    """Return what gives the server other keys; the database knows none before and after."""
    before = app.extensions[VAULT]

    def use(*keys):
        app.extensions[VAULT] = lambda: Vault(keys)

    forget_key()
    yield use
    app.extensions[VAULT] = before
    forget_key()


def stored(column, *order):
    statement = select(column).order_by(*order)
    with db.engine.connect() as connection:
        return [str(value) for value in connection.execute(statement).scalars()]


def test_no_part_of_a_document_lies_open(blocks):
    schema = blocks.add_plain_schema("thing", "tok")

    blocks.add_document(schema, "one", data={"tok": SECRET, "open": "plainly"})

    (token,) = stored(BlockDocument.data)
    assert SECRET not in token
    assert "plainly" not in token


def test_events_and_logs_tell_no_secret(blocks, caplog):
    caplog.set_level("DEBUG")
    schema = blocks.add_plain_schema("thing", "tok", "w.*", "in.tok")
    data = {"tok": SECRET, "w": {"a": SECRET}, "in": {"tok": SECRET}, "open": "plainly"}
    document = blocks.add_document(schema, "one", data=data)
    blocks.patch(f"block_documents/{document['id']}", {"data": {"tok": f"{SECRET} 2"}})
    blocks.delete(f"block_documents/{document['id']}")

    payloads = " ".join(stored(Event.__table__.c.payload.cast(db.String)))
    assert "plainly" in payloads
    assert SECRET not in payloads
    assert SECRET not in caplog.text


def test_what_happens_to_a_document_is_told(blocks):
    schema = blocks.add_plain_schema("thing")
    document = blocks.add_document(schema, "one")
    blocks.add_document(schema, None, is_anonymous=True)
    blocks.patch(f"block_documents/{document['id']}", {"data": {"n": 1}})
    blocks.delete(f"block_documents/{document['id']}")
    blocks.delete(f"block_types/{schema['block_type_id']}")

    assert stored(Event.event, Event.position) == [
        "prefect.block-type.created",
        "prefect.block-document.created",
        "prefect.block-document.updated",
        "prefect.block-document.deleted",
        "prefect.block-type.deleted",
    ]


def test_data_is_read_in_clear_for_channels(blocks):
    schema = blocks.add_plain_schema("thing", "tok")
    kid = blocks.add_document(schema, "kid", data={"tok": SECRET})
    data = {"in": {"$ref": {"block_document_id": kid["id"]}}, "n": 2**70}
    blocks.add_document(schema, "one", data=data)
    workspace = current_workspace()

    with reading() as session:
        document_id = documents.find_id_by_name(session, workspace, "thing", "one")
        read = documents.get_data(session, workspace, document_id, current_vault())
        listed = documents.list_of_types(session, workspace, ["thing", "other"])
        nobody = documents.find_id_by_name(session, workspace, "thing", "nobody")

    assert read[:3] == ("thing", "one", {"in": {"tok": SECRET}, "n": 2**70})
    assert read.version is None  # what it refers to may change
    assert [(row.name, row.type_slug) for row in listed] == [("kid", "thing"), ("one", "thing")]
    assert nobody is None


def test_the_key_is_changed_while_documents_stay_readable(app, blocks, with_keys):
    old, new = new_key(), new_key()
    with_keys(old)
    install(app)
    schema = blocks.add_plain_schema("thing", "tok")
    document = blocks.add_document(schema, "one", data={"tok": SECRET})

    with_keys(new, old)
    install(app)
    with_keys(new)
    install(app)

    assert blocks.read(document, secrets=True) == document | {"data": {"tok": SECRET}}


def test_a_server_without_the_key_does_not_start(app, blocks, with_keys):
    with_keys(new_key())
    install(app)
    with_keys(new_key())

    with pytest.raises(ConfigError, match="encrypted with another key"):
        install(app)
