"""Automations made over the wire, events that come, and who evaluates them."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from headwater import clock
from headwater.automations.loop.triggers import Triggers
from headwater.automations.models import AutomationAction, AutomationFiring
from headwater.db.json import parse
from headwater.db.session import reading

Make = Callable[..., Any]


@pytest.fixture
def make(client: FlaskClient) -> Make:
    """Return what makes an automation over the wire."""

    def create(trigger: Any, **more: Any) -> Any:
        body = {"name": "watch", "trigger": trigger, "actions": []} | more
        response = client.post("/api/automations/", data=json.dumps(body))
        assert response.status_code == 201, response.json
        return response.json

    return create


@pytest.fixture
def tell(client: FlaskClient) -> Make:
    """Return what sends events, each a name with what is told of it otherwise; it returns them."""

    def send(*names: str, **more: Any) -> list[Any]:
        events = [
            {
                "id": str(uuid4()),
                "occurred": clock.now().isoformat(),
                "event": name,
                "resource": {"prefect.resource.id": "r"},
                "payload": {"n": 1},
            }
            | more
            for name in names
        ]
        assert client.post("/api/events", data=json.dumps(events)).status_code == 204
        return events

    return send


@pytest.fixture
def enter(tell: Make) -> Make:
    """Return what tells that a run, a new one, went through states so many seconds ago."""

    def send(at: datetime, *states: tuple[float, str], **more: Any) -> None:
        run_id = f"prefect.flow-run.{uuid4()}"
        for ago, state in states:
            tell(
                f"prefect.flow-run.{state.title()}",
                occurred=(at - timedelta(seconds=ago)).isoformat(),
                resource={
                    "prefect.resource.id": run_id,
                    "prefect.state-type": "SCHEDULED" if state == "LATE" else state,
                    "prefect.state-name": state.title(),
                },
                **more,
            )

    return send


@pytest.fixture
def triggers(client: FlaskClient) -> Triggers:
    """Who evaluates triggers, begun at the end of what is in the log."""
    begun = Triggers()
    begun.tick(clock.now())
    return begun


@pytest.fixture
def settle(triggers: Triggers) -> Callable[..., datetime | None]:
    """Return what has all evaluated that came, as at some time, and returns when more is due."""

    def tick(now: datetime | None = None, by: Triggers = triggers) -> datetime | None:
        at = now or clock.now()
        due = by.tick(at)
        while due is not None and due <= at:
            due = by.tick(at)
        return due

    return tick


@pytest.fixture
def firings() -> Callable[[], list[Any]]:
    """Return what reads all firings, the oldest first."""

    def read() -> list[Any]:
        wanted = select(AutomationFiring.__table__).order_by(AutomationFiring.id)
        with reading() as session:
            rows = session.execute(wanted).all()
        return [
            row._asdict() | {name: parse(getattr(row, name)) for name in ("firing", "automation")}
            for row in rows
        ]

    return read


@pytest.fixture
def actions() -> Callable[[], list[Any]]:
    """Return what reads all actions in their order."""

    def read() -> list[Any]:
        wanted = select(AutomationAction.__table__).order_by(AutomationAction.number)
        with reading() as session:
            return [row._asdict() for row in session.execute(wanted)]

    return read
