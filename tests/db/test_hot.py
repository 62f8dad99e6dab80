"""Hot statements do and give what SQLAlchemy would, on both databases."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orjson import Fragment
from sqlalchemy import bindparam, func, insert, literal, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.db.base import db
from headwater.db.hot import HotStatement
from headwater.db.json import parse
from headwater.db.session import reading, write
from headwater.db.upserts import insert_new, insert_or_change
from headwater.errors import UnavailableError
from headwater.ids import uuid7
from headwater.runs.models import Flow

NOW = datetime(2026, 3, 29, 1, 30, 0, 5, tzinfo=UTC)
flow = Flow.__table__
ADD = HotStatement(insert(flow))
ALL = HotStatement(select(flow).where(flow.c.workspace_id == bindparam("workspace")))
NAMED = HotStatement(
    select(flow.c.name, literal(7).label("seven"), func.length(flow.c.name).label("size")).where(
        flow.c.name == bindparam("wanted")
    )
)
RENAME = HotStatement(update(flow).where(flow.c.id == bindparam("flow_id")))
OF_NAME = ("workspace_id", "name")
ADD_NEW = HotStatement(insert_new(flow, OF_NAME).returning(flow.c.id))
KEEP = HotStatement(insert_or_change(flow, OF_NAME, ["labels"]).returning(flow.c.id, flow.c.labels))
MINE = {"workspace": DEFAULT_WORKSPACE}


def row(name: str, **values: Any) -> dict[str, Any]:
    made = {"id": uuid7(), "created": NOW, "updated": NOW, "workspace_id": DEFAULT_WORKSPACE}
    return made | {"name": name, "tags": ["a", "ü"], "labels": {"n": 2**70}} | values


def test_rows_are_those_that_sqlalchemy_gives(client: FlaskClient, session: Session) -> None:
    kept = row("one")
    write(lambda unit: ADD.run(unit, kept))
    with reading() as straight:
        (hot,) = ALL.all(straight, MINE)
        assert NAMED.first(straight, {"wanted": "one"})._asdict() == {
            "name": "one",
            "seven": 7,
            "size": 3,
        }
        assert NAMED.first(straight, {"wanted": "two"}) is None
    (cold,) = ALL.all(session, MINE)  # of SQLAlchemy's own session
    assert _plain(hot._asdict()) == _plain(cold._asdict()) == kept


@pytest.mark.parametrize("names", [["one", "two"], ["one"], []])
def test_columns_are_those_of_the_rows(
    client: FlaskClient, session: Session, names: list[str]
) -> None:
    for name in names:
        write(lambda unit, name=name: ADD.run(unit, row(name)))  # type: ignore[misc]  # mypy sees no default
    with reading() as straight:
        rows, hot = ALL.all(straight, MINE), ALL.columns(straight, MINE)
    cold = ALL.columns(session, MINE)

    assert sorted(hot["name"]) == sorted(names)
    plain = [_plain(found._asdict()) for found in rows]
    for columns in (hot, cold):
        shown = zip(*columns.values(), strict=True)
        assert [_plain(dict(zip(columns, values, strict=True))) for values in shown] == plain


def test_a_change_tells_how_many_rows_it_met(client: FlaskClient) -> None:
    kept = row("one")
    write(lambda unit: ADD.run(unit, kept))
    changes = {"flow_id": kept["id"], "name": "two", "updated": NOW}
    assert write(lambda unit: RENAME.run(unit, changes)) == 1
    assert write(lambda unit: RENAME.run(unit, changes | {"flow_id": uuid7()})) == 0
    with reading() as session:
        assert [each.name for each in ALL.all(session, MINE)] == ["two"]


def test_keys_that_are_taken_are_told_or_changed(client: FlaskClient) -> None:
    kept = row("one")
    assert write(lambda unit: ADD_NEW.first(unit, kept)).id == kept["id"]
    assert write(lambda unit: ADD_NEW.first(unit, row("one"))) is None
    changed = write(lambda unit: KEEP.first(unit, row("one", labels={"n": 1})))
    assert changed.id == kept["id"]
    assert parse(changed.labels) == {"n": 1}


def test_the_same_statement_takes_other_values_another_time(client: FlaskClient) -> None:
    kept = row("one")
    write(lambda unit: ADD.run(unit, kept))
    at = {"flow_id": kept["id"], "updated": NOW}
    write(lambda unit: RENAME.run(unit, at | {"tags": []}))
    write(lambda unit: RENAME.run(unit, at | {"name": "two", "labels": {}}))
    with reading() as session:
        found = _plain(ALL.first(session, MINE)._asdict())
    assert (found["name"], found["tags"], found["labels"]) == ("two", [], {})


def test_many_rows_go_in_at_once(client: FlaskClient) -> None:
    names = ["one", "two", "three"]
    write(lambda unit: ADD.run_many(unit, [row(name) for name in names]))
    with reading() as straight:
        assert {each.name for each in ALL.all(straight, MINE)} == {*names}


def test_many_rows_go_into_a_session_of_sqlalchemys(session: Session) -> None:
    ADD.run_many(session, [row("one"), row("two")])
    assert len(ALL.all(session, MINE)) == 2


def test_an_error_keeps_to_itself_what_was_sent(client: FlaskClient) -> None:
    write(lambda unit: ADD.run(unit, row("a-secret")))
    with pytest.raises(IntegrityError) as raised:
        write(lambda unit: ADD.run_many(unit, [row("a-secret")]))
    assert raised.value.params is None


def test_a_row_that_clashes_raises_what_routes_answer_409_to(client: FlaskClient) -> None:
    write(lambda unit: ADD.run(unit, row("one")))
    with pytest.raises(IntegrityError):
        write(lambda unit: ADD.run(unit, row("one")))


def test_an_error_of_the_database_is_explained(client: FlaskClient) -> None:
    def add(session: Session) -> None:
        ADD.run(session, row("one"))

    def add_where_nobody_may(session: Session) -> None:
        session.execute(text("SET TRANSACTION READ ONLY"))
        add(session)

    if db.engine.dialect.name == "postgresql":
        with pytest.raises(UnavailableError):
            write(add_where_nobody_may)
    else:
        with reading() as session, pytest.raises(UnavailableError):
            add(session)


def test_what_the_unit_did_before_is_undone_with_it(client: FlaskClient) -> None:
    def unit(session: Session) -> None:
        ADD.run(session, row("one"))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(unit)
    with reading() as session:
        assert ALL.all(session, MINE) == []


def test_objects_are_flushed_before_it_looks(client: FlaskClient) -> None:
    def unit(session: Session) -> list[str]:
        session.add(Flow(**row("one")))
        return [each.name for each in ALL.all(session, MINE)]

    assert write(unit) == ["one"]


def test_it_is_undone_to_a_savepoint(client: FlaskClient) -> None:
    def unit(session: Session) -> None:
        ADD.run(session, row("kept"))
        with pytest.raises(IntegrityError):
            add_both(session)

    def add_both(session: Session) -> None:
        with session.begin_nested():
            ADD.run(session, row("gone"))
            ADD.run(session, row("kept"))

    write(unit)
    with reading() as session:
        assert [each.name for each in ALL.all(session, MINE)] == ["kept"]


def test_who_listens_to_statements_hears_of_it(statements: list[str]) -> None:
    with reading() as session:
        ALL.all(session, MINE)

    assert len(statements) == 1


def test_values_that_columns_would_make_are_not_forgotten_but_refused(app: Flask) -> None:
    given = row("one")
    del given["id"]
    with pytest.raises(TypeError, match="INSERT INTO flow"):
        write(lambda unit: ADD.run(unit, given))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    assert isinstance(values["id"], UUID)
    return {
        name: parse(value) if isinstance(value, Fragment) else value
        for name, value in values.items()
    }
