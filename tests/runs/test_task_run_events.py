"""Task runs of 3.x clients, recorded from events: in any order, twice, from two connections."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.db.session import write
from headwater.events.schemas import Event
from headwater.runs.service.task_run_events import record

Make = Callable[..., Any]
START = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
LIFE = ["PENDING", "RUNNING", "COMPLETED"]


def tell(
    flow_run: str | None, task_run: str, number: int, kind: str, key: str = "extract", **run: Any
) -> Event:
    at = START + timedelta(seconds=number)
    told = {"name": "extract-0", "task_key": key, "dynamic_key": "0", "run_count": number} | run
    related = []
    if flow_run:
        related = [
            {
                "prefect.resource.id": f"prefect.flow-run.{flow_run}",
                "prefect.resource.role": "flow-run",
            }
        ]
    return Event(
        id=uuid4(),
        occurred=at,
        event=f"prefect.task-run.{kind.title()}",
        resource={
            "prefect.resource.id": f"prefect.task-run.{task_run}",
            "prefect.orchestration": "client",
        },
        related=related,
        payload={
            "validated_state": {"type": kind, "name": kind.title(), "message": f"at {number}"},
            "task_run": told,
        },
    )


def record_all(events: Sequence[Event]) -> None:
    write(lambda session: record(session, DEFAULT_WORKSPACE, events, now=START))


def life_of(flow_run: str | None, task_run: str) -> list[Event]:
    return [tell(flow_run, task_run, number, kind) for number, kind in enumerate(LIFE)]


@pytest.fixture
def task_run(client: FlaskClient) -> str:
    return str(uuid4())


@pytest.fixture
def read_task(client: FlaskClient) -> Make:
    return lambda run_id: client.get(f"/api/task_runs/{run_id}").json


@pytest.fixture
def names_of_states(client: FlaskClient) -> Make:
    def read(run_id: str) -> list[str]:
        states = client.get(f"/api/task_run_states/?task_run_id={run_id}").json
        return [state["type"] for state in states]

    return read


def test_a_task_run_is_what_its_events_tell(
    make_run: Make, task_run: str, read_task: Make, names_of_states: Make
) -> None:
    run = make_run()
    events = life_of(run["id"], task_run)

    record_all(events)

    read = read_task(task_run)
    assert (read["flow_run_id"], read["name"]) == (run["id"], "extract-0")
    assert (read["state_type"], read["state_id"]) == ("COMPLETED", str(events[-1].id))
    assert read["state"]["timestamp"] == "2026-11-26T03:00:02Z"
    assert read["state"]["state_details"]["task_run_id"] == task_run
    assert read["state"]["message"] == "at 2"
    assert read["run_count"] == 2
    assert names_of_states(task_run) == LIFE


@pytest.mark.parametrize("seed", range(6))
def test_any_order_in_any_batches_twice_gives_the_same(
    make_run: Make, read_task: Make, names_of_states: Make, seed: int
) -> None:
    dice, run = random.Random(seed), make_run()  # noqa: S311  # the same shuffles each time
    tasks = [str(uuid4()) for _ in range(3)]
    events = [
        tell(run["id"], task, number, kind, key=f"task-{index}")
        for index, task in enumerate(tasks)
        for number, kind in enumerate(LIFE)
    ]
    sent = dice.sample(events * 2, len(events) * 2)
    while sent:
        size = dice.randint(1, 5)
        record_all(sent[:size])
        sent = sent[size:]

    for task in tasks:
        assert read_task(task)["state_type"] == "COMPLETED"
        assert read_task(task)["run_count"] == 2
        assert names_of_states(task) == LIFE


def test_what_an_event_does_not_tell_stays_as_it_was(
    make_run: Make, task_run: str, read_task: Make
) -> None:
    run = make_run()
    record_all([tell(run["id"], task_run, 0, "PENDING", tags=["x"], labels={"k": 1})])

    record_all([tell(run["id"], task_run, 1, "RUNNING", start_time=START.isoformat())])

    read = read_task(task_run)
    assert (read["tags"], read["labels"]) == (["x"], {"k": 1})
    assert read["start_time"] == "2026-11-26T03:00:00Z"


def test_a_late_event_takes_back_neither_name_nor_times(
    make_run: Make, task_run: str, read_task: Make, names_of_states: Make
) -> None:
    run = make_run()
    started = START.isoformat()
    record_all([tell(run["id"], task_run, 1, "RUNNING", name="scale-1-by-10", start_time=started)])

    record_all([tell(run["id"], task_run, 0, "PENDING", name="scale-a3f", start_time=None)])

    read = read_task(task_run)
    assert (read["name"], read["state_type"]) == ("scale-1-by-10", "RUNNING")
    assert read["start_time"] == "2026-11-26T03:00:00Z"
    assert names_of_states(task_run) == ["PENDING", "RUNNING"]


def test_a_run_that_is_removed_meanwhile_comes_not_back(
    client: FlaskClient, make_run: Make, task_run: str, names_of_states: Make
) -> None:
    run = make_run()
    [*before, last] = life_of(run["id"], task_run)
    record_all(before)
    client.delete(f"/api/flow_runs/{run['id']}")

    record_all([last, *before])

    assert client.get(f"/api/task_runs/{task_run}").status_code == 404
    assert names_of_states(task_run) == []


def test_a_call_under_a_second_id_is_the_run_of_the_first(
    client: FlaskClient, make_run: Make, task_run: str, names_of_states: Make
) -> None:
    run, other = make_run(), str(uuid4())
    record_all([tell(run["id"], task_run, 0, "PENDING")])

    record_all([tell(run["id"], other, 1, "RUNNING")])

    assert client.post("/api/task_runs/count", json={}).json == 1
    assert names_of_states(task_run) == ["PENDING", "RUNNING"]


def test_a_task_without_a_flow_run_is_told_apart_by_its_id(
    client: FlaskClient, task_run: str, read_task: Make
) -> None:
    other = str(uuid4())
    record_all([*life_of(None, task_run), tell(None, other, 0, "PENDING")])
    record_all(life_of(None, task_run)[:1])

    assert client.post("/api/task_runs/count", json={}).json == 2
    assert read_task(task_run)["state_type"] == "COMPLETED"
    assert read_task(other)["state_type"] == "PENDING"


def test_a_task_of_a_flow_run_that_is_gone_costs_the_others_nothing(
    client: FlaskClient, make_run: Make, task_run: str, read_task: Make
) -> None:
    run = make_run()
    gone = life_of(str(uuid4()), str(uuid4()))

    record_all([*gone, *life_of(run["id"], task_run)])

    assert read_task(task_run)["state_type"] == "COMPLETED"
    assert client.post("/api/task_runs/count", json={}).json == 1


@pytest.mark.parametrize(
    "payload",
    [{}, {"validated_state": {"type": "ODD"}, "task_run": {}}, {"validated_state": None}],
)
def test_an_event_that_tells_of_no_task_run_costs_the_others_nothing(
    make_run: Make, task_run: str, read_task: Make, payload: Any
) -> None:
    run = make_run()
    bad = tell(run["id"], str(uuid4()), 0, "PENDING").model_copy(update={"payload": payload})

    record_all([bad, *life_of(run["id"], task_run)])

    assert read_task(task_run)["state_type"] == "COMPLETED"


def test_events_of_others_are_left_alone(client: FlaskClient, make_run: Make) -> None:
    told = life_of(make_run()["id"], str(UUID(int=5)))[0]
    by_server = told.model_copy(update={"resource": {"prefect.resource.id": "prefect.task-run.x"}})
    of_flow = told.model_copy(update={"event": "prefect.flow-run.Running"})

    record_all([by_server, of_flow])

    assert client.post("/api/task_runs/count", json={}).json == 0
