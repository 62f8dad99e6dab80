"""How times and ids are kept, on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.exc import StatementError

from headwater.db.base import db
from headwater.runs.models import Flow

table = Flow.__table__
MOMENT = datetime(2026, 11, 25, 3, 0, 0, 123456, tzinfo=UTC)


def keep(session, **values):
    row = {"workspace_id": uuid4(), "name": "a", "tags": [], "labels": {}, **values}
    key = session.execute(insert(table).returning(table.c.id), row).scalar_one()
    return session.execute(select(table).where(table.c.id == key)).one()


def test_a_time_in_another_zone_comes_back_in_utc(session):
    row = keep(session, created=MOMENT.astimezone(timezone(timedelta(hours=-9, minutes=-30))))

    assert (row.created, row.created.tzinfo) == (MOMENT, UTC)


def test_a_time_without_a_zone_is_refused(session):
    with pytest.raises(StatementError, match="has no time zone"):
        keep(session, created=MOMENT.replace(tzinfo=None))


def test_a_time_is_found_by_one_in_another_zone(session):
    keep(session, created=MOMENT)
    statement = select(table.c.name).where(table.c.created == bindparam("then"))
    then = MOMENT.astimezone(timezone(timedelta(hours=5, minutes=45)))

    assert session.execute(statement, {"then": then}).scalars().all() == ["a"]


def test_sqlite_keeps_times_and_ids_as_sqlalchemys_own_types_do(session):
    if db.engine.dialect.name != "sqlite":
        return  # there they are the database's own
    row = keep(session, created=MOMENT.replace(microsecond=0))
    raw = session.execute(text("SELECT id, created FROM flow")).one()

    assert tuple(raw) == (row.id.hex, "2026-11-25 03:00:00.000000")


def test_an_id_is_like_any_other(session):
    row = keep(session)
    same = UUID(str(row.id))

    assert row.id == same
    assert {row.id: 1}[same] == 1
    assert (str(row.id), row.id.hex, row.id.is_safe) == (str(same), same.hex, same.is_safe)
    assert session.execute(select(table.c.name).where(table.c.id == row.id)).scalar() == "a"


def test_nothing_comes_back_as_nothing(session):
    statement = select(
        bindparam("then", None, table.c.created.type), bindparam("key", None, table.c.id.type)
    )

    assert tuple(session.execute(statement).one()) == (None, None)
