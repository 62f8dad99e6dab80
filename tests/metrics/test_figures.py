"""What Prometheus is told of the database, on both."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, insert, update
from sqlalchemy.orm import Session

from headwater import clock
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.automations.models import AutomationAction, AutomationFiring
from headwater.automations.queries.memory import add_reader
from headwater.db.base import db
from headwater.db.session import write
from headwater.deployments.models import DeploymentSchedule
from headwater.events.models import Event
from headwater.ids import uuid7
from headwater.notifications.models import ChannelHealth, Delivery, Notification
from headwater.notifications.schemas.states import DeliveryState

from .conftest import Read, post

Put = Callable[..., None]


@pytest.fixture
def add_run(client: FlaskClient) -> Put:
    flow = post(client, "flows/", {"name": "etl"})["id"]

    def add(kind: str = "SCHEDULED", ago: float = 0.0, **more: Any) -> None:
        due = (clock.now() - timedelta(seconds=ago)).isoformat()
        details = {"state_details": {"scheduled_time": due}} if kind == "SCHEDULED" else {}
        post(client, "flow_runs/", {"flow_id": flow, "state": {"type": kind, **details}, **more})

    return add


def add_delivery(session: Session, state: DeliveryState, ago: float = 0.0) -> None:
    now = clock.now()
    own = {"workspace_id": DEFAULT_WORKSPACE, "created": now}
    told = {"id": uuid7(), "policy_id": uuid7(), "state_id": uuid7(), "flow_run_id": uuid7()}
    session.execute(insert(Notification.__table__), {**own, **told, "news": {}})
    session.execute(
        insert(Delivery.__table__),
        {
            **own,
            "id": uuid7(),
            "notification_id": told["id"],
            "channel_id": uuid7(),
            "state": state,
            "due": now - timedelta(seconds=ago),
        },
    )


def test_flow_runs_are_counted_by_state(told: Read, add_run: Put) -> None:
    add_run("RUNNING")
    add_run("RUNNING")
    add_run("FAILED")

    assert told("headwater_flow_runs", state="RUNNING") == 2
    assert told("headwater_flow_runs", state="FAILED") == 1


def test_runs_that_wait_for_a_worker_are_ready_or_late(
    told: Read, client: FlaskClient, add_run: Put
) -> None:
    post(client, "work_pools/", {"name": "farm", "type": "process"})
    post(client, "work_pools/farm/queues", {"name": "idle"})
    place = {"work_pool_name": "farm", "work_queue_name": "default"}
    for ago in (60, 20, 5, -3600):
        add_run(ago=ago, **place)
    farm = {"work_pool": "farm", "work_queue": "default"}

    assert told("headwater_work_queue_runs", **farm, state="ready") == 1
    assert told("headwater_work_queue_runs", **farm, state="late") == 2
    idle = {"work_pool": "farm", "work_queue": "idle"}
    assert told("headwater_work_queue_runs", **idle, state="late") == 0


def test_slots_are_told_of_limits_that_are_in_force(told: Read, client: FlaskClient) -> None:
    for name, active in (("database", True), ("off", False)):
        body = {"name": name, "limit": 3, "active": active}
        post(client, "v2/concurrency_limits/", body)
    take = {"names": ["database"], "slots": 2, "mode": "concurrency"}
    post(client, "v2/concurrency_limits/increment", take, 200)

    assert told("headwater_concurrency_slots", limit="database") == 3
    assert told("headwater_concurrency_slots_taken", limit="database") == 2
    assert told("headwater_concurrency_slots", limit="off") is None


def test_the_scheduler_lags_by_what_is_due_longest(told: Read, client: FlaskClient) -> None:
    assert told("headwater_scheduler_lag_seconds") == 0

    flow = post(client, "flows/", {"name": "etl"})["id"]
    schedules = [{"schedule": {"interval": 3600}, "active": True}]
    post(client, "deployments/", {"flow_id": flow, "name": "d", "schedules": schedules})
    due = clock.now() - timedelta(seconds=90)
    write(lambda session: session.execute(update(DeploymentSchedule.__table__).values(plan_at=due)))

    lag = told("headwater_scheduler_lag_seconds")
    assert lag is not None
    assert 90 <= lag < 150


def test_a_reader_of_events_lags_by_the_first_that_it_has_not_read(
    told: Read, client: FlaskClient
) -> None:
    labels = {"reader": "triggers"}
    assert told("headwater_event_lag_seconds", **labels) is None

    write(lambda session: add_reader(session, 0))
    assert told("headwater_event_lag_seconds", **labels) == 0
    post(client, "flows/", {"name": "etl"})
    post(client, "work_pools/", {"name": "farm", "type": "process"})
    came = clock.now() - timedelta(seconds=90)
    write(lambda session: session.execute(update(Event.__table__).values(received=came)))

    lag = told("headwater_event_lag_seconds", **labels)
    assert lag is not None
    assert 90 <= lag < 150


def test_actions_lag_by_what_is_due_longest(told: Read) -> None:
    def add(session: Session) -> None:
        own = {"workspace_id": DEFAULT_WORKSPACE, "automation_id": uuid7()}
        firing = {"id": uuid7(), "trigger_id": uuid7(), "triggered": clock.now()}
        whole = {"event_id": uuid7(), "firing": {}, "automation": {}}
        session.execute(insert(AutomationFiring.__table__), {**own, **firing, **whole})
        for number, (state, ago) in enumerate((("pending", 30), ("failed", 600))):
            action = {"id": uuid7(), "firing_id": firing["id"], "number": number, "action": {}}
            due = {"state": state, "due": clock.now() - timedelta(seconds=ago), "attempts": 0}
            row = {**own, **action, **due, "on_trigger": False}
            session.execute(insert(AutomationAction.__table__), row)

    write(add)

    lag = told("headwater_action_lag_seconds")
    assert lag is not None
    assert 30 <= lag < 90


def test_messages_are_told_that_are_not_sent(told: Read) -> None:
    def add(session: Session) -> None:
        for state in DeliveryState:
            add_delivery(session, state, ago=30)
        add_delivery(session, DeliveryState.PENDING, ago=-600)

    write(add)

    kinds = ("waiting", "held", "dead")
    assert [told("headwater_deliveries", state=kind) for kind in kinds] == [3, 1, 2]  # or in part
    lag = told("headwater_delivery_lag_seconds")
    assert lag is not None
    assert 30 <= lag < 90


def test_channels_are_told_that_rest_or_are_disabled(told: Read, client: FlaskClient) -> None:
    later, before = (clock.now() + timedelta(seconds=each) for each in (60, -60))
    ills = [{"open_until": later}, {"open_until": before}, {"disabled": before}]
    for number, ill in enumerate(ills):
        settings = {"type": "slack", "name": f"c{number}", "settings": {"url": "http://a/b"}}
        made = post(client, "headwater/channels/", settings)
        own = {"channel_id": UUID(made["id"]), "recent": []}
        row = {"workspace_id": DEFAULT_WORKSPACE, **own, **ill}
        write(lambda session, row=row: session.add(ChannelHealth(**row)))

    assert told("headwater_channels_ill", state="resting") == 1
    assert told("headwater_channels_ill", state="disabled") == 1


def test_a_scrape_takes_five_statements_however_much_there_is(
    client: FlaskClient, add_run: Put, statements: list[str]
) -> None:
    for number in range(3):
        post(client, "work_pools/", {"name": f"p{number}", "type": "process"})
        post(client, "v2/concurrency_limits/", {"name": f"l{number}", "limit": 1})
        add_run(ago=9, work_pool_name=f"p{number}", work_queue_name="default")
    statements.clear()

    client.get("/metrics")

    assert len(statements) == 5


def test_each_statement_is_answered_by_an_index(client: FlaskClient) -> None:
    """Tables with a row for each pool, limit, schedule or channel may be read whole."""
    asked = list[tuple[str, Any]]()

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    client.get("/metrics")
    event.remove(db.engine, "before_cursor_execute", note)

    postgresql = db.engine.dialect.name == "postgresql"
    explain = "EXPLAIN" if postgresql else "EXPLAIN QUERY PLAN"
    steps = list[str]()
    with db.engine.connect() as connection:
        if postgresql:  # with so few rows it would use no index
            connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, values in [one for one in asked if one[0].startswith("SELECT")]:
            steps += map(str, connection.exec_driver_sql(f"{explain} {statement}", values))
    large = [
        one
        for one in steps
        if re.search(r"(SCAN|Scan).* (flow_run|delivery|event|automation_action)\b", one)
    ]
    assert large
    whole = [one for one in large if re.search("SCAN|Seq Scan", one) and "INDEX" not in one]
    assert whole == [], steps
