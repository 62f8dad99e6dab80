"""How many statements the routes of deployments cost. All but the transaction's own count."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

Make = Callable[..., Any]
SCHEMA = {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}
TEMPLATE = {
    "job_configuration": {"cpu": "{{ cpu }}"},
    "variables": {"type": "object", "properties": {"cpu": {"type": "integer", "default": 1}}},
}


@pytest.fixture
def pool(client: FlaskClient) -> Any:
    body = {"name": "p1", "type": "process", "base_job_template": TEMPLATE}
    return client.post("/api/work_pools/", json=body).json


def test_to_make_a_run_takes_four(
    client: FlaskClient, make_deployment: Make, pool: Any, statements: list[str]
) -> None:
    place = {"work_pool_name": "p1", "job_variables": {"cpu": 2}}
    made = make_deployment(parameter_openapi_schema=SCHEMA, concurrency_limit=3, **place)
    url, body = f"/api/deployments/{made['id']}/create_flow_run", {"parameters": {"x": 1}}
    statements.clear()

    assert client.post(url, json=body).status_code == 201

    assert len(statements) <= 4, statements


def test_to_read_one_takes_three(
    client: FlaskClient, make_deployment: Make, pool: Any, statements: list[str]
) -> None:
    made = make_deployment(
        concurrency_limit=3, schedules=[{"schedule": {"interval": 60}}], work_pool_name="p1"
    )
    statements.clear()

    client.get(f"/api/deployments/{made['id']}")
    assert len(statements) <= 3, statements

    statements.clear()
    client.get("/api/deployments/name/daily-etl/nightly")
    assert len(statements) <= 4, statements


def test_a_list_takes_three_whatever_its_length(
    client: FlaskClient, make_deployment: Make, pool: Any, statements: list[str]
) -> None:
    schedules = [{"schedule": {"interval": 60}}] * 2
    for number in range(5):
        make_deployment(
            name=str(number), concurrency_limit=3, schedules=schedules, work_pool_name="p1"
        )
    statements.clear()

    assert len(client.post("/api/deployments/filter", json={}).json) == 5

    assert len(statements) <= 3, statements


def test_who_asks_for_runs_costs_two_and_three_more_when_it_is_noted(
    client: FlaskClient, make_deployment: Make, statements: list[str]
) -> None:
    made = [make_deployment(name=str(number)) for number in range(5)]
    for each in made:
        client.post(f"/api/deployments/{each['id']}/create_flow_run", json={})
    body = {"deployment_ids": [each["id"] for each in made]}
    statements.clear()

    assert len(client.post("/api/deployments/get_scheduled_flow_runs", json=body).json) == 5
    assert len(statements) <= 5, statements

    statements.clear()
    assert len(client.post("/api/deployments/get_scheduled_flow_runs", json=body).json) == 5
    assert len(statements) <= 2, statements
