"""What metrics come to by the event log, on both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from headwater import clock
from headwater.automations.service import metering
from headwater.db.session import write
from headwater.events.models import Event
from headwater.events.queries import unread
from tests.automations.making import metric_trigger
from tests.automations.measuring import DONE, FAILED, wait

Make = Callable[..., Any]
Settle = Callable[..., datetime | None]
Read = Callable[[], list[Any]]


@pytest.mark.parametrize(("name", "value"), [("duration", 10.0), ("lateness", 5.0)])
def test_times_are_averages_of_seconds(
    make: Make, enter: Make, settle: Settle, firings: Read, name: str, value: float
) -> None:
    make(metric_trigger(name, operator=">", threshold=1))
    now = clock.now()
    enter(now, (25, "LATE"), *DONE[1:])

    wait(settle, now, 300)

    (fired,) = firings()
    assert fired["firing"]["triggering_value"] == value


def test_runs_count_by_the_labels_of_their_events(
    make: Make, enter: Make, settle: Settle, firings: Read
) -> None:
    tag = {"prefect.resource.id": "prefect.tag.a", "prefect.resource.role": "tag"}
    make(metric_trigger() | {"match_related": tag})
    now = clock.now()
    enter(now, *FAILED)
    enter(now, *DONE, related=[tag])

    wait(settle, now, 300)
    assert firings() == []

    enter(now + timedelta(seconds=330), *FAILED, related=[tag])
    enter(now + timedelta(seconds=330), *FAILED, related=[tag])
    wait(settle, now + timedelta(seconds=330), 300)
    assert firings()[0]["firing"]["triggering_value"] == pytest.approx(1 / 3)


def test_each_event_is_read_once(
    make: Make, enter: Make, settle: Settle, firings: Read, statements: list[str]
) -> None:
    make(metric_trigger())
    now = clock.now()
    enter(now, *FAILED)
    wait(settle, now, 150)
    write(lambda session: session.execute(delete(Event)))

    wait(settle, now + timedelta(seconds=180), 120)

    assert len(firings()) == 1
    del statements[:]
    settle(now + timedelta(seconds=330))
    assert sum("LIKE" in one for one in statements) == 1


def test_of_very_many_states_the_latest_count(
    make: Make, enter: Make, settle: Settle, firings: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metering, "MOST", 3)
    make(metric_trigger())
    now = clock.now()
    for ago in (600, 500, 400, 300):
        enter(now - timedelta(seconds=ago), *DONE)
    enter(now, *FAILED)

    wait(settle, now, 300)

    assert firings()[0]["firing"]["triggering_value"] < 0.5


def test_all_of_the_log_is_read_part_by_part(
    make: Make, enter: Make, settle: Settle, firings: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = unread._OF_RUNS.limit(2)
    monkeypatch.setattr(unread, "_OF_RUNS", part)
    monkeypatch.setattr(unread, "CHUNK", 2)
    make(metric_trigger())
    now = clock.now()
    for states in (FAILED, DONE, FAILED):  # at the same times
        enter(now, *states)

    wait(settle, now, 300)

    assert firings()[0]["firing"]["triggering_value"] == pytest.approx(1 / 3)


def test_runs_of_the_api_are_measured(
    client: FlaskClient, make: Make, settle: Settle, firings: Read
) -> None:
    make(metric_trigger())
    flow = client.post("/api/flows/", json={"name": "f"}).json
    run = client.post("/api/flow_runs/", json={"flow_id": flow["id"]}).json
    for state in ("PENDING", "RUNNING", "FAILED"):
        body = {"state": {"type": state}, "force": True}
        client.post(f"/api/flow_runs/{run['id']}/set_state", json=body)

    wait(settle, clock.now(), 300)

    assert firings()[0]["firing"]["triggering_value"] == 0.0
