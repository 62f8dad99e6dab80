"""What the tests of actions begin with: firings as the engine writes them, and the loop."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from headwater import clock
from headwater.app import install
from headwater.automations.loop.actions import Executor
from headwater.automations.models import AutomationAction
from headwater.db.session import write
from headwater.notifications.routes.channels import KINDS
from headwater.settings import Settings
from headwater.web.context import VAULT
from tests.automations.actions.making import Make, write_firing


@pytest.fixture
def fire(client: FlaskClient) -> Make:
    """Write a firing with its actions, and return its ids."""
    return write_firing


@pytest.fixture
def executor(app: Flask, client: FlaskClient) -> Executor:
    """The loop, without the process that it runs in."""
    return Executor(Settings.load(), app.extensions[KINDS], app.extensions[VAULT])


@pytest.fixture
def act(executor: Executor) -> Make:
    """Do all that is due, and wait until it is done; return when more will be."""

    def run(now: Any = None) -> Any:
        now = now or clock.now()
        executor.tick(now)
        assert executor.wait(20)
        return executor.tick(now)

    return run


@pytest.fixture
def outcomes(client: FlaskClient) -> Make:
    """Return the actions of a firing, as they are shown."""

    def look(ids: SimpleNamespace) -> Any:
        path = f"/api/headwater/automations/{ids.automation}/firings/filter"
        (firing,) = client.post(path, json={}).json
        return firing["actions"]

    return look


@pytest.fixture
def do(fire: Make, act: Make, outcomes: Make) -> Make:
    """Fire one action, have it done, and return how it went."""

    def run(action: Any, **more: Any) -> Any:
        ids = fire(action, **more)
        act()
        (outcome,) = outcomes(ids)
        return SimpleNamespace(**outcome, ids=ids)

    return run


@pytest.fixture
def set_actions(client: FlaskClient) -> Make:
    """Change the rows of all actions."""

    def change(**values: Any) -> None:
        write(lambda session: session.execute(update(AutomationAction.__table__).values(**values)))

    return change


@pytest.fixture
def flow(client: FlaskClient) -> Any:
    return client.post("/api/flows/", json={"name": "daily-etl"}).json


@pytest.fixture
def deployment(client: FlaskClient, flow: Any) -> Any:
    body = {"name": "nightly", "flow_id": flow["id"], "parameters": {"day": "today"}}
    return client.post("/api/deployments/", json=body).json


@pytest.fixture
def make_run(client: FlaskClient, flow: Any) -> Make:
    def make(state: str = "RUNNING", **details: Any) -> Any:
        body = {"flow_id": flow["id"], "name": "fuzzy-leopard"}
        body["state"] = {"type": state, "state_details": details}
        return client.post("/api/flow_runs/", json=body).json

    return make


@pytest.fixture
def make_block(app: Flask, client: FlaskClient) -> Make:
    """Make a block of a type that every server has, and return its id."""
    install(app)

    def make(slug: str, **data: Any) -> str:
        block_type = client.get(f"/api/block_types/slug/{slug}").json
        wanted = {"block_schemas": {"block_type_id": {"any_": [block_type["id"]]}}}
        (schema, *_) = client.post("/api/block_schemas/filter", json=wanted).json
        body = {
            "name": f"the-{slug}",
            "data": data,
            "block_type_id": block_type["id"],
            "block_schema_id": schema["id"],
        }
        response = client.post("/api/block_documents/", json=body)
        assert response.status_code == 201, response.json
        return str(response.json["id"])

    return make
