"""Automations, and what they did."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from headwater import clock
from headwater.access.models import DEFAULT_WORKSPACE
from headwater.automations.models import AutomationAction, AutomationFiring
from headwater.db.json import fragment
from headwater.db.session import write
from headwater.ids import uuid7
from tests.pages.automations.watching import CANCEL, FAILED


@pytest.fixture
def make(client):
    def post(name="watch", **more):
        body = {"name": name, "trigger": FAILED, "actions": [CANCEL]} | more
        response = client.post("/api/automations/", json=body)
        assert response.status_code == 201, response.text
        return response.json["id"]

    return post


@pytest.fixture
def fire(client, app):
    """Have an automation fire, as the engine keeps it: an event, and how each action went."""

    def happen(
        automation,
        *outcomes,
        event="prefect.flow-run.Failed",
        of="my.desk",
        value=None,
        resolved=False,
        ago=60,
    ):
        moment, firing = clock.now() - timedelta(seconds=ago), uuid7()
        cause = event and {
            "id": str(uuid4()),
            "event": event,
            "occurred": moment.isoformat(),
            "resource": {"prefect.resource.id": of},
        }
        common = {"workspace_id": DEFAULT_WORKSPACE, "automation_id": UUID(automation)}
        row = {
            "id": firing,
            "trigger_id": uuid4(),
            "triggered": moment,
            "event_id": uuid4(),
            "resolved": resolved,
            "firing": fragment(
                {
                    "triggering_event": cause or None,
                    "triggering_labels": {"a": "b"},
                    "triggering_value": value,
                }
            ),
            "automation": fragment(client.get(f"/api/automations/{automation}").json),
        }
        actions = [
            {
                "id": uuid7(),
                "firing_id": firing,
                "number": number,
                "on_trigger": False,
                "state": "pending",
                "due": moment,
                "claim": None,
                "attempts": 0,
                "ended": None,
                "reason": None,
                "details": None,
                "action": fragment(CANCEL),
            }
            | common
            | outcome
            for number, outcome in enumerate(outcomes)
        ]

        def keep(session):
            session.execute(AutomationFiring.__table__.insert(), row | common)
            if actions:
                session.execute(AutomationAction.__table__.insert(), actions)

        write(keep)

    return happen


@pytest.fixture
def make_channel(client, slack):
    def make(name):
        body = {"type": "slack", "name": name, "settings": {"url": f"{slack.url}/"}}
        return client.post("/api/headwater/channels/", json=body).json["id"]

    return make
