"""Flows and runs made through the API, as clients make them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

Make = Callable[..., Any]


@pytest.fixture
def flow(client: FlaskClient) -> Any:
    return client.post("/api/flows/", json={"name": "daily-etl"}).json


@pytest.fixture
def make_run(client: FlaskClient, flow: Any) -> Make:
    def make(**body: Any) -> Any:
        response = client.post("/api/flow_runs/", json={"flow_id": flow["id"]} | body)
        assert response.status_code in {200, 201}, response.json
        return response.json

    return make


@pytest.fixture
def make_task_run(client: FlaskClient) -> Make:
    def make(**body: Any) -> Any:
        whole = {"task_key": "extract-1", "dynamic_key": "0"} | body
        response = client.post("/api/task_runs/", json=whole)
        assert response.status_code in {200, 201}, response.json
        return response.json

    return make


@pytest.fixture
def propose(client: FlaskClient) -> Make:
    """Propose a state for a run (`kind` is flow_runs or task_runs); return the answer's body."""

    def post(run: Any, state_type: str, *, kind: str = "flow_runs", **body: Any) -> Any:
        state = {"type": state_type} | body.pop("state", {})
        path = f"/api/{kind}/{run['id']}/set_state"
        return client.post(path, json={"state": state} | body).json

    return post


@pytest.fixture
def read_run(client: FlaskClient) -> Make:
    return lambda run: client.get(f"/api/flow_runs/{run['id']}").json
