"""Runs counted by time and state, and how late they were."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from headwater.db.session import write
from headwater.runs.models import FlowRun, TaskRun

Make = Callable[..., Any]
Age = Callable[..., None]
START = datetime(2026, 11, 20, tzinfo=UTC)
TICK, HOUR = timedelta(microseconds=1), timedelta(hours=1)
DAY = {"history_start": START.isoformat(), "history_end": (START + 24 * HOUR).isoformat()}


@pytest.fixture
def age(client: FlaskClient) -> Age:
    """Change the times of a run, and whatever else its row has."""

    def change(run: Any, table: Any = FlowRun, **values: Any) -> None:
        rows = table.__table__
        statement = update(rows).where(rows.c.id == UUID(run["id"])).values(values)
        write(lambda session: session.execute(statement))

    return change


def read(client: FlaskClient, kind: str = "flow_runs", seconds: float = 3600, **body: Any) -> Any:
    body = DAY | {"history_interval_seconds": seconds} | body
    response = client.post(f"/api/{kind}/history", json=body)
    assert response.status_code == 200, response.json
    return response.json


def counts(history: Any) -> dict[int, int]:
    return {
        number: sum(state["count_runs"] for state in one["states"])
        for number, one in enumerate(history)
        if one["states"]
    }


def test_a_run_is_counted_in_the_interval_that_it_was_expected_in(
    client: FlaskClient, make_run: Make, age: Age
) -> None:
    for number, moment in enumerate(
        (START - TICK, START, START + HOUR - TICK, START + HOUR, START + 24 * HOUR)
    ):
        age(make_run(name=f"run-{number}"), expected_start_time=moment)

    history = read(client)

    assert len(history) == 24
    assert counts(history) == {0: 2, 1: 1}
    assert history[0]["interval_start"] == "2026-11-20T00:00:00Z"
    assert history[0]["interval_end"] == history[1]["interval_start"] == "2026-11-20T01:00:00Z"


def test_edges_are_exact_to_the_microsecond(client: FlaskClient, make_run: Make, age: Age) -> None:
    third = timedelta(seconds=1.333333)
    for number, moment in enumerate((START + 7 * third - TICK, START + 7 * third)):
        age(make_run(name=f"run-{number}"), expected_start_time=moment)
    end = (START + timedelta(seconds=20)).isoformat()

    assert counts(read(client, seconds=1.333333, history_end=end)) == {6: 1, 7: 1}


def test_times_of_long_ago_are_in_the_order_of_all_others(
    client: FlaskClient, make_run: Make, age: Age
) -> None:
    age(make_run(), expected_start_time=START)
    ancient = {"history_start": "0001-01-01T00:00:00Z", "history_end": "0010-01-01T00:00:00Z"}
    all_times = ancient | {"history_end": "2999-01-01T00:00:00Z"}

    assert counts(read(client, seconds=1e8, **ancient)) == {}
    assert sum(counts(read(client, seconds=2e8, **all_times)).values()) == 1


def test_states_are_counted_apart_with_their_times(
    client: FlaskClient, make_run: Make, age: Age
) -> None:
    late = {"start_time": START + 90 * TICK * 10**6, "total_run_time": 5.5}
    age(make_run(name="a"), expected_start_time=START, state_type="COMPLETED", **late)
    age(make_run(name="b"), expected_start_time=START, state_type="COMPLETED", **late)
    age(
        make_run(name="c"),
        expected_start_time=START,
        start_time=START - HOUR,
        state_type="FAILED",
        state_name="Failed",
    )

    (completed, failed) = read(client)[0]["states"]

    assert (completed["state_type"], completed["count_runs"]) == ("COMPLETED", 2)
    assert completed["sum_estimated_run_time"] == 11.0
    assert completed["sum_estimated_lateness"] == pytest.approx(180, abs=0.001)
    assert (failed["state_name"], failed["count_runs"]) == ("Failed", 1)
    assert failed["sum_estimated_lateness"] == 0.0


def test_what_runs_and_what_waits_counts_until_now(
    client: FlaskClient, make_run: Make, age: Age
) -> None:
    now = datetime.now(UTC)
    age(
        make_run(name="runs"),
        expected_start_time=now - HOUR,
        start_time=now - HOUR,
        state_type="RUNNING",
        state_timestamp=now - HOUR,
        total_run_time=100.0,
    )
    age(make_run(name="waits"), expected_start_time=now - HOUR, state_type="SCHEDULED")
    age(make_run(name="ended"), expected_start_time=now - HOUR, state_type="CANCELLED")
    span = {
        "history_start": (now - 2 * HOUR).isoformat(),
        "history_end": (now + HOUR).isoformat(),
    }

    (all_of_them,) = read(client, seconds=3 * 3600, **span)

    by_type = {state["state_type"]: state for state in all_of_them["states"]}
    assert by_type["RUNNING"]["sum_estimated_run_time"] == pytest.approx(3700, abs=60)
    assert by_type["SCHEDULED"]["sum_estimated_lateness"] == pytest.approx(3600, abs=60)
    assert by_type["CANCELLED"]["sum_estimated_lateness"] == 0.0


def test_task_runs_have_a_history_of_their_own(
    client: FlaskClient, make_run: Make, make_task_run: Make, age: Age
) -> None:
    run = make_run(name="parent")
    task = make_task_run(flow_run_id=run["id"], name="extract", state={"type": "PENDING"})
    age(task, TaskRun, expected_start_time=START + 2 * HOUR)
    mine = {"flow_runs": {"id": {"any_": [run["id"]]}}}
    other = {"flow_runs": {"name": {"any_": ["other"]}}}

    assert counts(read(client, "task_runs", **mine)) == {2: 1}
    assert counts(read(client, "task_runs", **other)) == {}


def test_a_task_run_without_a_state_is_in_no_history(
    client: FlaskClient, make_task_run: Make, age: Age
) -> None:
    age(make_task_run(name="bare"), TaskRun, expected_start_time=START, state_type=None)

    assert counts(read(client, "task_runs")) == {}


def test_a_history_counts_what_its_filters_meet(
    client: FlaskClient, make_run: Make, age: Age
) -> None:
    for name, tags in (("a", ["x"]), ("b", [])):
        age(make_run(name=name, tags=tags), expected_start_time=START)

    def found(**body: Any) -> int:
        return sum(counts(read(client, **body)).values())

    assert found() == 2
    assert found(flow_runs={"tags": {"all_": ["x"]}}) == 1
    assert found(flows={"name": {"any_": ["daily-etl"]}}) == 2
    assert found(flows={"name": {"any_": ["other"]}}) == 0


@pytest.mark.parametrize("kind", ["flow_runs", "task_runs"])
@pytest.mark.parametrize(
    ("change", "status", "length"),
    [
        ({"history_interval_seconds": 1}, 200, 500),
        ({"history_interval_seconds": 7 * 3600}, 200, 4),
        ({"history_end": DAY["history_start"]}, 200, 0),
        ({"history_end": "2020-01-01T00:00:00Z"}, 200, 0),
        ({"history_interval_seconds": 1e9}, 200, 1),
        ({"history_interval_seconds": 0}, 422, None),
        ({"history_interval_seconds": 0.999}, 422, None),
        ({"history_interval_seconds": -5}, 422, None),
        ({"history_interval_seconds": 1e300}, 422, None),
        ({"history_interval_seconds": "Infinity"}, 422, None),
        ({"history_start": "9999-12-31T00:00:00Z", "history_end": "9999-12-31T23:00:00Z"}, 200, 23),
        ({"history_start": "0001-01-01T00:00:00Z"}, 200, 500),
        ({"history_start": None}, 422, None),
    ],
)
def test_intervals_have_their_limits(
    client: FlaskClient, kind: str, change: Any, status: int, length: int | None
) -> None:
    body = DAY | {"history_interval_seconds": 3600} | change

    response = client.post(f"/api/{kind}/history", json=body)

    assert response.status_code == status, response.json
    if length is not None:
        assert len(response.json) == length


def test_an_interval_below_a_second_is_refused_in_words(client: FlaskClient) -> None:
    response = client.post("/api/flow_runs/history", json=DAY | {"history_interval_seconds": 0})

    assert response.json == {"detail": "History interval must not be less than 1 second."}


def test_lateness_is_the_mean_of_all_in_seconds(
    client: FlaskClient, make_run: Make, age: Age
) -> None:
    for name, delay in (("a", 10), ("b", 20), ("c", -5)):
        age(
            make_run(name=name),
            expected_start_time=START,
            start_time=START + timedelta(seconds=delay),
            state_type="COMPLETED",
        )

    def mean(**body: Any) -> Any:
        return client.post("/api/flow_runs/lateness", json=body).json

    assert mean() == pytest.approx(10, abs=0.001)
    assert mean(flow_runs={"name": {"any_": ["b"]}}) == pytest.approx(20, abs=0.001)
    assert mean(flow_runs={"name": {"any_": ["nobody"]}}) is None
