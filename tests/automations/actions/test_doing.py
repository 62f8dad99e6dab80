"""Actions are done once, by however many processes, whatever goes wrong; old firings go."""

from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from headwater import clock
from headwater.automations.loop import retention
from headwater.automations.loop.actions import Executor
from headwater.automations.models import AutomationAction, AutomationFiring
from headwater.automations.service import acting, doing
from headwater.db.session import reading
from headwater.errors import UnavailableError
from headwater.notifications.routes.channels import KINDS
from headwater.settings import Settings
from headwater.web.context import VAULT
from tests.automations.actions.making import Make, make_event

DAY = timedelta(days=1)
NOBODY = UUID(int=1)


@pytest.fixture
def run(deployment: Any) -> Any:
    return {"type": "run-deployment", "source": "selected", "deployment_id": deployment["id"]}


@pytest.fixture
def count_runs(client: FlaskClient) -> Make:
    return lambda: client.post("/api/flow_runs/count", json={}).json


def test_processes_that_share_the_actions_do_each_once(
    app: Flask, fire: Make, run: Any, count_runs: Make, events: Make
) -> None:
    for _ in range(5):
        fire(*[run] * 4)
    executors = [
        Executor(Settings.load(), app.extensions[KINDS], app.extensions[VAULT]) for _ in range(3)
    ]

    def work(executor: Executor) -> None:
        with app.app_context():
            executor.tick(clock.now())

    threads = [Thread(target=work, args=(one,)) for one in executors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    executors[0].tick(clock.now())

    assert count_runs() == 20
    done = [one for one in events() if one.event == "prefect.automation.action.executed"]
    assert len({one.payload["invocation"] for one in done}) == len(done) == 20


def test_an_action_is_undone_with_the_record_of_it(
    fire: Make,
    act: Make,
    outcomes: Make,
    run: Any,
    count_runs: Make,
    events: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = fire(run)
    real = doing.log.append

    def lose(*_: Any, **__: Any) -> None:
        raise UnavailableError("the database is away")

    monkeypatch.setattr(doing.log, "append", lose)
    with pytest.raises(UnavailableError):
        act()
    monkeypatch.setattr(doing.log, "append", real)
    assert (count_runs(), outcomes(ids)[0]["state"]) == (0, "pending")

    act()
    assert (count_runs(), outcomes(ids)[0]["state"]) == (1, "executed")


def test_a_fault_of_the_server_is_tried_again_and_stops_no_other(
    fire: Make, act: Make, outcomes: Make, events: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(acting, "set_flow_run_state", break_down)
    event = make_event(f"prefect.flow-run.{NOBODY}")
    ids = fire({"type": "cancel-flow-run"}, {"type": "do-nothing"}, event=event)
    due, tries = clock.now(), 0
    while due is not None:
        due, tries = act(due), tries + 1

    broken, other = outcomes(ids)
    assert (broken["state"], other["state"], tries) == ("failed", "executed", 5)
    assert broken["reason"] == "The server met a fault: RuntimeError; its log says more."
    assert events()[-1].payload["reason"] == broken["reason"]


def test_an_action_whose_time_has_not_come_is_waited_for(fire: Make, act: Make) -> None:
    later = clock.now() + timedelta(minutes=5)
    fire({"type": "do-nothing"}, due=later)

    assert act() == later
    assert act(later) is None


def test_many_actions_are_done_over_several_ticks(
    fire: Make, executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headwater.automations.loop.actions.MOST_AT_ONCE", 2)
    monkeypatch.setattr("headwater.automations.loop.actions.PAGE", 1)
    fire(*[{"type": "do-nothing"}] * 3)

    assert executor.tick(clock.now()) == 0.0
    assert executor.tick(clock.now()) is None


def count() -> list[Any]:
    with reading() as session:
        return [
            session.scalar(select(func.count()).select_from(one.__table__))
            for one in (AutomationFiring, AutomationAction)
        ]


def test_old_firings_go_with_their_actions_but_for_those_that_wait(fire: Make, act: Make) -> None:
    fire({"type": "do-nothing"}, {"type": "do-nothing"})
    act()
    now = clock.now()
    fire({"type": "do-nothing"})

    retention.tick(now + DAY / 2, DAY)
    assert count() == [2, 3]
    assert retention.tick(now + 2 * DAY, DAY) == now + 2 * DAY + retention.EVERY
    assert count() == [1, 1]


def test_old_firings_go_in_batches(fire: Make, act: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 1)
    fire({"type": "do-nothing"})
    fire({"type": "do-nothing"})
    act()
    later = clock.now() + 2 * DAY

    assert retention.tick(later, DAY) == later + retention.SOON
    assert count() == [1, 1]
