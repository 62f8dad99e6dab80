"""Runs that sent heartbeats and went silent. Time is an argument: the loop is told a later one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from headwater import clock
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.app import create_app
from headwater.db.session import reading, write
from headwater.events.schemas import HEARTBEAT, Event
from headwater.events.service import READERS
from headwater.loops.loop import EXTENSION
from headwater.runs.loop import silent
from headwater.runs.models import FlowRunHeartbeat
from headwater.runs.rules.heartbeats import Patience
from headwater.runs.service.heartbeats import crash_silent_run, record
from headwater.settings import Settings

Make = Callable[..., Any]
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
PATIENCE = Patience(180 * SECOND, 90 * SECOND)
SILENCE = 540 * SECOND  # of a run that sent one heartbeat


class Looking:
    """A loop that looks as often as it wants to, as time goes on."""

    def __init__(self, begin: datetime) -> None:
        self.watch, self.time = silent.Watch(PATIENCE), begin
        self.watch.tick(begin)

    def until(self, end: datetime) -> None:
        while self.time < end:
            self.time = min(self.time + silent.EVERY, end)
            self.watch.tick(self.time)


@pytest.fixture
def send(client: FlaskClient) -> Make:
    def send(run: Any, *ago: float, event: str = HEARTBEAT, resource: str | None = None) -> None:
        now = clock.now()
        sent = [
            {
                "id": str(uuid4()),
                "occurred": (now - seconds * SECOND).isoformat(),
                "event": event,
                "resource": {"prefect.resource.id": resource or f"prefect.flow-run.{run['id']}"},
                "related": [],
                "payload": {},
            }
            for seconds in ago or (0,)
        ]
        assert client.post("/api/events", json=sent).status_code == 204

    return send


@pytest.fixture
def running(make_run: Make, propose: Make) -> Any:
    run = make_run()
    propose(run, "RUNNING")
    return run


def remembered() -> list[UUID]:
    with reading() as session:
        return list(session.scalars(select(FlowRunHeartbeat.__table__.c.flow_run_id)))


def test_a_run_that_misses_three_heartbeats_has_crashed(
    running: Any, send: Make, read_run: Make, events: Callable[[], list[SimpleNamespace]]
) -> None:
    send(running)
    now = clock.now()
    looking = Looking(now)

    looking.until(now + SILENCE - SECOND)
    before = read_run(running)["state_name"]
    looking.until(now + SILENCE + SECOND)

    read = read_run(running)
    assert (before, read["state_type"], read["state_name"]) == ("Running", "CRASHED", "Crashed")
    assert "its last heartbeat came at" in read["state"]["message"]
    assert events()[-1].event == "prefect.flow-run.Crashed"
    assert remembered() == []


def test_a_run_that_sends_them_often_has_crashed_sooner(
    running: Any, send: Make, read_run: Make
) -> None:
    send(running, 60, 30, 0)
    now = clock.now()
    looking = Looking(now)

    looking.until(now + 89 * SECOND)
    before = read_run(running)["state_name"]
    looking.until(now + 92 * SECOND)

    assert (before, read_run(running)["state_name"]) == ("Running", "Crashed")
    assert "every 30 seconds" in read_run(running)["state"]["message"]


def test_a_run_that_never_sent_one_runs_on(running: Any, send: Make, read_run: Make) -> None:
    send(running, event="prefect.flow-run.something-else")
    now = clock.now()

    Looking(now).until(now + HOUR)

    assert read_run(running)["state_name"] == "Running"


def test_a_run_that_is_being_cancelled_and_went_silent_has_crashed(
    running: Any, send: Make, propose: Make, read_run: Make
) -> None:
    send(running, 60, 30, 0)
    propose(running, "CANCELLING")
    send(running)
    now = clock.now()

    Looking(now).until(now + 92 * SECOND)

    assert read_run(running)["state_type"] == "CRASHED"


@pytest.mark.parametrize("state", ["PAUSED", "COMPLETED", "FAILED"])
def test_a_run_that_does_not_run_is_left_alone_and_forgotten(
    running: Any, send: Make, propose: Make, read_run: Make, state: str
) -> None:
    send(running)
    propose(running, state)
    send(running)
    now = clock.now()

    Looking(now).until(now + SILENCE + SECOND)

    assert read_run(running)["state_type"] == state
    assert remembered() == []


@pytest.mark.parametrize("state", ["RUNNING", "CANCELLING"])
def test_heartbeats_of_an_earlier_start_tell_nothing_of_this_one(
    running: Any, send: Make, propose: Make, read_run: Make, state: str
) -> None:
    send(running)
    propose(running, "PAUSED")
    propose(running, "RUNNING", force=True)
    propose(running, state)
    now = clock.now()

    Looking(now).until(now + SILENCE + SECOND)

    assert read_run(running)["state_type"] == state
    assert remembered() == []


def test_a_heartbeat_that_comes_after_the_end_revives_nothing(
    running: Any, send: Make, read_run: Make
) -> None:
    send(running)
    now = clock.now()
    Looking(now).until(now + SILENCE + SECOND)

    send(running)

    assert read_run(running)["state_type"] == "CRASHED"
    assert remembered() == []


def test_a_run_that_lived_on_may_still_complete(
    running: Any, send: Make, propose: Make, read_run: Make
) -> None:
    send(running)
    now = clock.now()
    Looking(now).until(now + SILENCE + SECOND)

    propose(running, "COMPLETED")

    assert read_run(running)["state_type"] == "COMPLETED"


def test_after_a_start_of_the_server_runs_have_all_their_time_again(
    running: Any, send: Make, read_run: Make
) -> None:
    send(running)
    start = clock.now() + HOUR
    looking = Looking(start)

    looking.until(start + SILENCE - SECOND)
    before = read_run(running)["state_name"]
    looking.until(start + SILENCE)

    assert (before, read_run(running)["state_name"]) == ("Running", "Crashed")


def test_so_they_have_where_nobody_could_look_for_a_while(
    running: Any, send: Make, read_run: Make
) -> None:
    send(running)
    now = clock.now()
    looking = Looking(now)
    looking.until(now + 60 * SECOND)

    back = now + HOUR
    looking.watch.tick(back)
    looking.time = back
    looking.until(back + SILENCE - SECOND)
    before = read_run(running)["state_name"]
    looking.until(back + SILENCE)

    assert (before, read_run(running)["state_name"]) == ("Running", "Crashed")


def test_a_run_that_has_been_heard_of_meanwhile_is_not_ended(
    running: Any, send: Make, read_run: Make
) -> None:
    send(running)
    now = clock.now()
    crash = crash_silent_run

    write(lambda session: crash(session, DEFAULT_WORKSPACE, UUID(running["id"]), now=now))

    assert read_run(running)["state_name"] == "Running"
    assert remembered() == [UUID(running["id"])]


def test_a_run_that_was_removed_is_forgotten(running: Any, send: Make, client: FlaskClient) -> None:
    send(running)
    client.delete(f"/api/flow_runs/{running['id']}")
    now = clock.now()

    Looking(now).until(now + SILENCE + SECOND)

    assert remembered() == []


def test_what_is_no_heartbeat_of_a_run_that_there_is_is_an_event_and_nothing_else(
    running: Any, send: Make, events: Callable[[], list[SimpleNamespace]]
) -> None:
    send(running, resource="prefect.flow-run.nonsense")
    send(running, resource="prefect.task-run.1")
    send({"id": uuid4()})

    assert [event.event for event in events()][-3:] == [HEARTBEAT] * 3
    assert remembered() == []


def test_nobody_beats_for_the_run_of_another_workspace(running: Any) -> None:
    resource = {"prefect.resource.id": f"prefect.flow-run.{running['id']}"}
    told = Event(id=uuid4(), occurred=clock.now(), event=HEARTBEAT, resource=resource)
    now = clock.now()

    write(lambda session: record(session, uuid4(), [told], patience=PATIENCE, now=now))

    assert remembered() == []


def test_events_without_heartbeats_cost_nothing_more(
    running: Any, send: Make, statements: list[str]
) -> None:
    send(running, event="prefect.flow-run.other")
    statements.clear()
    send(running, event="prefect.flow-run.other")
    without = len(statements)
    statements.clear()
    send(running, 60, 30, 0)

    assert not [one for one in statements[:without] if "heartbeat" in one]
    assert len([one for one in statements if "flow_run_heartbeat" in one]) == 2


def test_switched_off_nobody_listens_and_nobody_looks() -> None:
    settings = Settings.load(
        api_database_connection_url="sqlite://", server_silent_runs_crash=False
    )
    app = create_app(settings)

    assert "silent-runs" not in [loop.name for loop in app.extensions[EXTENSION]]
    assert len(app.extensions[READERS]) == 1


def test_the_settings_say_how_long_a_run_may_be_silent() -> None:
    settings = Settings(
        server_silent_runs_frequency_seconds=600, server_silent_runs_grace_seconds=300
    )

    assert silent.patience_of(settings) == Patience(600 * SECOND, 300 * SECOND)
