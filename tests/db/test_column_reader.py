"""Columns that are read hold what SQLAlchemy's rows do, on both databases."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from orjson import Fragment
from sqlalchemy import insert, literal_column, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.db.base import db
from headwater.db.columns import ColumnReader
from headwater.db.json import parse
from headwater.db.session import reading, write
from headwater.runs.models import Flow, FlowRun

NOW = datetime(2026, 3, 29, 1, 30, 0, 5, tzinfo=UTC)
flow, flow_run = Flow.__table__, FlowRun.__table__
FLOWS = select(flow)
READER = ColumnReader(FLOWS)


def keep(*names: str) -> None:
    for name in names:
        values = {"name": name, "tags": ["a", "ü"], "labels": {"n": 2**70}, "created": NOW}
        row = values | {"workspace_id": DEFAULT_WORKSPACE}
        write(lambda session, row=row: session.execute(insert(flow).values(row)))


def _plain(value: Any) -> Any:
    return parse(value) if isinstance(value, Fragment) else value


def test_columns_have_the_values_of_rows_in_their_order(client: FlaskClient) -> None:
    keep("b", "c", "a")
    statement = FLOWS.order_by(flow.c.name)
    with reading() as session:
        columns = READER.read(session, statement)
        rows = session.execute(statement).all()

    assert columns["name"] == ("a", "b", "c")
    assert all(isinstance(value, UUID) for value in columns["id"])
    for name, values in columns.items():
        assert [*map(_plain, values)] == [_plain(getattr(row, name)) for row in rows]


def test_a_session_of_sqlalchemys_gives_the_same(session: Session) -> None:
    row = {"name": "a", "tags": [], "labels": {}, "created": NOW}
    session.execute(insert(flow).values(row | {"workspace_id": DEFAULT_WORKSPACE}))

    columns = READER.read(session, FLOWS)

    assert columns["created"] == [NOW]


def test_a_column_without_values_is_one_of_nones(client: FlaskClient) -> None:
    of_flow = client.post("/api/flows/", json={"name": "a"}).json["id"]
    client.post("/api/flow_runs/", json={"flow_id": of_flow})
    with reading() as session:
        columns = ColumnReader(select(flow_run)).read(session, select(flow_run))

    assert columns["parent_task_run_id"] == (None,)


def test_without_rows_each_column_is_empty(client: FlaskClient) -> None:
    with reading() as session:
        columns = READER.read(session, FLOWS)

    assert columns.keys() == {column.name for column in flow.c}
    assert not any(columns.values())


def test_it_takes_one_statement(client: FlaskClient, statements: list[str]) -> None:
    with reading() as session:
        READER.read(session, FLOWS)

    assert len(statements) == 1


def test_an_error_amid_the_rows_is_what_sqlalchemy_would_raise(client: FlaskClient) -> None:
    keep("[]", "{")
    as_json = "json(name)" if db.engine.dialect.name == "sqlite" else "CAST(name AS json)"
    broken = select(literal_column(as_json).label("value")).select_from(flow).order_by(flow.c.name)

    with reading() as session, pytest.raises(DBAPIError):
        ColumnReader(broken).read(session, broken)
