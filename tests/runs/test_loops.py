"""What goes on beside the requests. Time is an argument: the loops are told a later one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from headwater import clock
from headwater.runs.loop import cancellations, late, pauses, retention

Make = Callable[..., Any]
LATE_AFTER = timedelta(seconds=15)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture
def schedule(make_run: Make) -> Make:
    def make(due: datetime, **state: Any) -> Any:
        details = {"scheduled_time": due.isoformat()}
        return make_run(state={"type": "SCHEDULED", "state_details": details} | state)

    return make


def test_a_run_that_nobody_begins_is_late_after_a_while(schedule: Make, read_run: Make) -> None:
    due = clock.now()
    run = schedule(due)

    soon = late.tick(due + SECOND, LATE_AFTER)
    early = read_run(run)["state_name"]
    late.tick(due + LATE_AFTER, LATE_AFTER)

    read = read_run(run)
    assert soon == due + LATE_AFTER
    assert early == "Scheduled"
    assert (read["state_type"], read["state_name"]) == ("SCHEDULED", "Late")
    assert datetime.fromisoformat(read["next_scheduled_start_time"]) == due


def test_a_run_that_awaits_its_retry_or_is_late_is_left_alone(
    schedule: Make, read_run: Make
) -> None:
    due = clock.now()
    retry = schedule(due, name="AwaitingRetry")
    run = schedule(due)
    for _ in range(2):
        late.tick(due + DAY, LATE_AFTER)

    assert read_run(retry)["state_name"] == "AwaitingRetry"
    assert read_run(run)["state_name"] == "Late"


def test_the_loop_sleeps_until_the_next_run_can_be_late(schedule: Make) -> None:
    now = clock.now()
    first = now + timedelta(hours=1)
    schedule(first + DAY)
    schedule(first)

    assert late.tick(now, LATE_AFTER) == first + LATE_AFTER


def test_without_runs_the_loops_sleep_until_they_are_woken(client: FlaskClient) -> None:
    now = clock.now()

    assert late.tick(now, LATE_AFTER) is None
    assert pauses.tick(now) is None
    assert cancellations.tick(now) is None


def test_a_pause_that_nobody_ends_fails_the_run(
    make_run: Make, propose: Make, read_run: Make
) -> None:
    run, end = make_run(), clock.now() + timedelta(minutes=5)
    propose(run, "RUNNING")
    propose(run, "PAUSED", state={"state_details": {"pause_timeout": end.isoformat()}})

    until = pauses.tick(end - SECOND)
    paused = read_run(run)["state_type"]
    pauses.tick(end + SECOND)

    read = read_run(run)
    assert (until, paused) == (end, "PAUSED")
    assert read["state_type"] == "FAILED"
    assert "never resumed" in read["state"]["message"]


def test_a_pause_without_an_end_goes_on(make_run: Make, propose: Make, read_run: Make) -> None:
    run = make_run()
    propose(run, "RUNNING")
    propose(run, "PAUSED")

    pauses.tick(clock.now() + 1000 * DAY)

    assert read_run(run)["state_type"] == "PAUSED"


def test_what_a_cancelled_run_had_begun_is_cancelled(
    client: FlaskClient, make_run: Make, make_task_run: Make, propose: Make, read_run: Make
) -> None:
    run = make_run()
    propose(run, "RUNNING")
    task = make_task_run(flow_run_id=run["id"])
    placeholder = make_task_run(flow_run_id=run["id"], dynamic_key="1")
    child = make_run(parent_task_run_id=placeholder["id"])
    propose(child, "RUNNING")
    propose(run, "CANCELLED", force=True)

    cancellations.tick(clock.now())

    read = client.get(f"/api/task_runs/{task['id']}").json
    assert (read["state_type"], read_run(child)["state_type"]) == ("CANCELLED", "CANCELLED")
    assert read["state"]["message"] == "The parent flow run was cancelled."
    assert cancellations.tick(clock.now() + SECOND) is None


def test_a_cancellation_that_nobody_answers_ends_by_itself(
    make_run: Make, propose: Make, read_run: Make
) -> None:
    run = make_run()
    propose(run, "RUNNING")
    propose(run, "CANCELLING")
    begun = datetime.fromisoformat(read_run(run)["state"]["timestamp"])

    until = cancellations.tick(begun + SECOND)
    waiting = read_run(run)["state_type"]
    cancellations.tick(begun + timedelta(seconds=301))

    assert (until, waiting) == (begun + timedelta(seconds=300), "CANCELLING")
    assert read_run(run)["state_type"] == "CANCELLED"


@pytest.fixture
def old_and_new(client: FlaskClient, make_run: Make, propose: Make) -> Any:
    """Three runs with a log line each: the first two have ended, the third runs."""
    runs = [make_run() for _ in range(3)]
    for run, kind in zip(runs, ("COMPLETED", "FAILED", "RUNNING"), strict=True):
        propose(run, kind)
        line = {"name": "x", "level": 20, "message": "m", "flow_run_id": run["id"]}
        client.post("/api/logs/", json=[line | {"timestamp": datetime.now(UTC).isoformat()}])
    return runs


def left(client: FlaskClient) -> tuple[int, int]:
    runs = client.post("/api/flow_runs/count", json={}).json
    return runs, len(client.post("/api/logs/filter", json={}).json)


def test_what_ended_longer_ago_than_it_is_kept_is_removed(
    client: FlaskClient, old_and_new: Any
) -> None:
    now = clock.now()

    retention.tick(now, runs=DAY, logs=None)
    kept = left(client)
    again = retention.tick(now + DAY + SECOND, runs=DAY, logs=None)

    assert kept == (3, 3)
    assert left(client) == (1, 1)
    assert again == now + DAY + SECOND + retention.EVERY


def test_logs_are_removed_by_themselves(client: FlaskClient, old_and_new: Any) -> None:
    retention.tick(clock.now() + DAY + SECOND, runs=None, logs=DAY)

    assert left(client) == (3, 0)


def test_lines_of_a_run_that_is_not_there_are_taken_and_removed_like_others(
    client: FlaskClient,
) -> None:
    line = {"name": "x", "level": 20, "message": "m", "flow_run_id": str(uuid4())}
    line["timestamp"] = datetime.now(UTC).isoformat()
    assert client.post("/api/logs/", json=[line]).status_code == 201
    assert left(client) == (0, 1)

    retention.tick(clock.now() + DAY + SECOND, runs=None, logs=DAY)

    assert left(client) == (0, 0)


def test_nothing_is_removed_unless_it_is_set(client: FlaskClient, old_and_new: Any) -> None:
    retention.tick(clock.now() + 1000 * DAY, runs=None, logs=None)

    assert left(client) == (3, 3)


def test_much_is_removed_in_parts(
    client: FlaskClient, old_and_new: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "RUNS_AT_ONCE", 1)
    now = clock.now() + DAY + SECOND

    assert retention.tick(now, runs=DAY, logs=None) == now + retention.SOON
    assert left(client) == (2, 2)
