"""Old events leave the log; who follows it by positions misses none for it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic import ValidationError
from sqlalchemy import insert

from headwater import clock
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.db.session import reading, write
from headwater.events.loop import retention as loop
from headwater.events.models import Event
from headwater.events.queries.reading import list_last_positions
from headwater.events.schemas import HEARTBEAT
from headwater.ids import uuid7
from headwater.settings import Settings

Read = Callable[[], list[SimpleNamespace]]
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
NOW = clock.now()


@pytest.fixture
def add(client: FlaskClient) -> Callable[..., None]:
    def add(name: str, occurred: datetime, **columns: Any) -> None:
        row = {
            "workspace_id": DEFAULT_WORKSPACE,
            "id": uuid7(),
            "occurred": occurred,
            "received": NOW,
            "event": name,
            "resource_id": "prefect.flow-run.1",
            "resource": {"prefect.resource.id": "prefect.flow-run.1"},
            "related": [],
            "payload": {},
            "follows": None,
        }
        write(lambda session: session.execute(insert(Event.__table__), [row | columns]))

    return add


def names(events: Read) -> list[str]:
    return [event.event for event in events()]


def test_events_go_by_when_they_occurred_not_by_when_they_came(
    add: Callable[..., None], events: Read
) -> None:
    add("old", NOW - 7 * DAY - SECOND)
    add("of that age", NOW - 7 * DAY)
    add("new", NOW)
    add("to come", NOW + DAY)

    assert loop.tick(NOW, 7 * DAY, 7 * DAY) == NOW + loop.EVERY

    assert names(events) == ["of that age", "new", "to come"]


def test_heartbeats_go_by_a_time_of_their_own(add: Callable[..., None], events: Read) -> None:
    add("other", NOW - 2 * DAY)
    add(HEARTBEAT, NOW - 2 * DAY)
    add(HEARTBEAT, NOW)

    loop.tick(NOW, 7 * DAY, DAY)

    assert names(events) == ["other", HEARTBEAT]


def test_heartbeats_stay_no_longer_than_other_events(
    add: Callable[..., None], events: Read
) -> None:
    add(HEARTBEAT, NOW - 2 * DAY)
    settings = Settings(
        server_events_retention_period=DAY, server_events_heartbeat_retention_period=9 * DAY
    )

    loop.make_loop(settings).tick(NOW)

    assert events() == []


def test_much_goes_in_batches_with_room_for_others_between_them(
    add: Callable[..., None], events: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "AT_ONCE", 1)
    for name in "ab":
        add(name, NOW - 8 * DAY)

    assert loop.tick(NOW, 7 * DAY, 7 * DAY) == NOW + loop.SOON
    assert len(events()) == 1
    assert loop.tick(NOW, 7 * DAY, 7 * DAY) == NOW + loop.SOON
    assert loop.tick(NOW, 7 * DAY, 7 * DAY) == NOW + loop.EVERY
    assert events() == []


def test_where_nothing_is_old_nothing_is_written(
    add: Callable[..., None], statements: list[str]
) -> None:
    add("new", NOW)
    statements.clear()

    loop.tick(NOW, 7 * DAY, DAY)

    assert [one for one in statements if not one.startswith("SELECT")] == []


def test_no_event_is_given_the_position_of_one_that_was_removed(add: Callable[..., None]) -> None:
    add("first", NOW - 9 * DAY)
    add("last", NOW - 8 * DAY)
    with reading() as session:
        before = max(list_last_positions(session))

    loop.tick(NOW, 7 * DAY, 7 * DAY)
    add("next", NOW)

    with reading() as session:
        assert min(list_last_positions(session)) > before


@pytest.mark.parametrize(
    ("written", "period"),
    [("604800", 7 * DAY), ("90.5", 90.5 * SECOND), ("P30D", 30 * DAY), ("PT12H", DAY / 2)],
)
def test_periods_are_written_in_seconds_or_as_iso_durations(
    written: str, period: timedelta
) -> None:
    settings = Settings(server_events_retention_period=written)  # type: ignore[arg-type]  # as read

    assert settings.server_events_retention_period == period
    assert settings.shown("server_events_retention_period") == str(period.total_seconds())


@pytest.mark.parametrize("written", ["0", "-1", "P200Y", "a week", "nan"])
def test_what_is_no_period_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        Settings(server_events_retention_period=written)  # type: ignore[arg-type]  # as read
