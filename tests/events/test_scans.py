"""How much of a log, of events or lines, is looked at by who reads it part by part: that part."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.db.base import db
from headwater.db.session import reading
from headwater.events.queries import reading as module
from headwater.events.queries import unread
from headwater.events.schemas.filters import EventOrder, Period, ResolvedFilter
from headwater.runs.queries import logs

BEGIN = datetime(2026, 11, 25, tzinfo=UTC)
END = BEGIN + timedelta(days=1)
EVENTS, PART = 2_000, 100
REMOVED = re.compile(r"Rows Removed by .*: (\d+)|Scan.*actual .*rows=(\d+)")


@pytest.fixture
def told(client: FlaskClient) -> None:
    """Many events, two at a time."""
    one = {"event": "x", "resource": {"prefect.resource.id": "y"}, "related": [], "payload": {}}
    many = [
        one
        | {
            "id": str(UUID(int=number)),
            "occurred": (BEGIN + timedelta(seconds=number // 2)).isoformat(),
        }
        for number in range(EVENTS)
    ]
    assert client.post("/api/events", json=many).status_code == 204


def count_steps(read: Callable[[Session], object]) -> list[int]:
    """Return for each statement of *read* what it costs: rows on PostgreSQL, else steps."""
    asked = list[tuple[str, Any]]()

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if re.search(r"FROM (event|log)\b", statement):
            asked.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    with reading() as session:
        read(session)
    event.remove(db.engine, "before_cursor_execute", note)
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE event, log")
            return [
                sum(
                    int(found)
                    for row in connection.exec_driver_sql(f"EXPLAIN ANALYZE {statement}", values)
                    for found in sum(REMOVED.findall(row[0]), ())
                    if found
                )
                for statement, values in asked
            ]
        return [_run(connection, statement, values) for statement, values in asked]


def _run(connection: Any, statement: str, values: Sequence[Any]) -> int:
    steps = list[None]()
    raw = connection.connection.driver_connection
    raw.set_progress_handler(lambda: steps.append(None), 100)
    connection.exec_driver_sql(statement, values).all()
    raw.set_progress_handler(None, 0)
    return len(steps)


@pytest.mark.parametrize("order", EventOrder)
def test_each_part_begins_where_the_last_one_ended(
    told: None, monkeypatch: pytest.MonkeyPatch, order: EventOrder
) -> None:
    monkeypatch.setattr(module, "CHUNK", PART)
    wanted = ResolvedFilter(occurred=Period(since=BEGIN, until=END), order=order)
    found = list[Any]()
    steps = count_steps(
        lambda session: found.extend(module.scan_events(session, DEFAULT_WORKSPACE, wanted, ["id"]))
    )

    numbers = [row.id.int for row in found]
    assert numbers == sorted(range(EVENTS), reverse=order is EventOrder.DESC)
    assert len(steps) == EVENTS // PART + 1
    # Of the few that are left in the end PostgreSQL rather reads and sorts all.
    assert max(steps[: len(steps) // 2]) < 2 * steps[0], steps


@pytest.mark.parametrize("missing", [[], [1, 2]])
def test_what_was_not_read_yet_is_found_without_a_look_at_what_was(
    told: None, missing: list[int]
) -> None:
    def cost(position: int) -> int:
        return sum(
            count_steps(lambda session: unread.list_unread(session, position, missing, PART))
        )

    last = find_last_position()
    assert cost(last - PART) < 2 * cost(last - EVENTS + PART)


@pytest.mark.parametrize("holes", [[], [1, 2]])
def test_who_follows_live_is_told_what_is_new_without_a_look_at_what_is_not(
    told: None, holes: list[int]
) -> None:
    def cost(cursor: int) -> int:
        return sum(
            count_steps(
                lambda session: module.list_after(session, DEFAULT_WORKSPACE, cursor, holes)
            )
        )

    last = find_last_position()
    assert cost(last - 10) < cost(last - module.CHUNK) / 5


@pytest.mark.parametrize("holes", [[], [1, 2]])
def test_who_follows_lines_is_told_what_is_new_without_a_look_at_what_is_not(
    client: FlaskClient, holes: list[int]
) -> None:
    line = {"name": "x", "level": 20, "message": "y", "timestamp": BEGIN.isoformat()}
    for _ in range(2):
        assert client.post("/api/logs/", json=[line] * (EVENTS // 2)).status_code == 201

    def cost(cursor: int) -> int:
        return sum(
            count_steps(lambda session: logs.list_new_positions(session, cursor, holes, EVENTS))
        )

    with reading() as session:
        last = logs.list_last_positions(session)[0]
    assert cost(last - 10) < cost(last - EVENTS // 2) / 5


def find_last_position() -> int:
    with reading() as session:
        return unread.find_last_position(session)
