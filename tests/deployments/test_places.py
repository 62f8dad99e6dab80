"""Deployments in work pools: queues by name, job variables, what a run is given of both."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

Make = Callable[..., Any]
TEMPLATE = {
    "job_configuration": {"command": "{{ command }}", "cpu": "{{ cpu }}"},
    "variables": {
        "type": "object",
        "properties": {"command": {"type": "string"}, "cpu": {"type": "integer", "default": 1}},
        "required": ["command"],
    },
}


@pytest.fixture
def pool(client: FlaskClient) -> Any:
    body = {"name": "p1", "type": "process", "base_job_template": TEMPLATE}
    return client.post("/api/work_pools/", json=body).json


def test_a_pool_alone_means_its_default_queue(make_deployment: Make, pool: Any) -> None:
    made = make_deployment(work_pool_name="p1")

    assert (made["work_pool_name"], made["work_queue_name"]) == ("p1", "default")
    assert made["work_queue_id"] == pool["default_queue_id"]


def test_an_unknown_queue_of_a_pool_is_made(
    client: FlaskClient, make_deployment: Make, pool: Any
) -> None:
    made = make_deployment(work_pool_name="p1", work_queue_name="high")

    queue = client.get("/api/work_pools/p1/queues/high").json
    assert (made["work_queue_id"], made["work_queue_name"]) == (queue["id"], "high")


def test_a_queue_alone_is_one_of_the_agents_pool(make_deployment: Make) -> None:
    made = make_deployment(work_queue_name="aq")

    assert (made["work_pool_name"], made["work_queue_name"]) == ("default-agent-pool", "aq")


def test_a_deployment_is_moved_and_taken_out_of_its_pool(
    client: FlaskClient, make_deployment: Make, read_deployment: Make, pool: Any
) -> None:
    made = make_deployment(work_pool_name="p1")
    url = f"/api/deployments/{made['id']}"

    client.patch(url, json={"work_queue_name": "low"})
    moved = read_deployment(made)
    assert (moved["work_pool_name"], moved["work_queue_name"]) == ("p1", "low")
    client.patch(url, json={"work_pool_name": None})
    alone = read_deployment(made)
    assert (alone["work_pool_name"], alone["work_queue_id"]) == (None, None)
    assert client.patch(url, json={"work_pool_name": "nowhere"}).status_code == 404


def test_job_variables_are_held_to_the_pools_template(
    client: FlaskClient, make_deployment: Make, flow: Any, pool: Any
) -> None:
    body = {"name": "d", "flow_id": flow["id"], "work_pool_name": "p1"}
    refused = client.post("/api/deployments/", json=body | {"job_variables": {"cpu": "x"}})
    assert refused.status_code == 422
    start = "Error creating deployment: Validation failed for field 'cpu'. Failure reason: "
    assert refused.json["detail"].startswith(start)

    made = make_deployment(work_pool_name="p1", job_variables={"cpu": 2})
    url = f"/api/deployments/{made['id']}"
    change = {"work_pool_name": "p1", "job_variables": {"cpu": "x"}}
    assert client.patch(url, json=change).status_code == 409

    missing = client.post(f"{url}/create_flow_run", json={})
    assert missing.status_code == 422
    assert missing.json["detail"] == (
        "Error creating flow run: Validation failed. Failure reason: 'command' is a required "
        "property"
    )
    run = client.post(f"{url}/create_flow_run", json={"job_variables": {"command": "ls"}})
    assert run.status_code == 201
    assert run.json["job_variables"] == {"command": "ls"}  # the deployment's stay its own
    assert run.json["work_pool_id"] == pool["id"]
    assert (run.json["work_pool_name"], run.json["work_queue_name"]) == ("p1", "default")


def test_a_run_may_name_another_queue(
    client: FlaskClient, make_deployment: Make, pool: Any
) -> None:
    made = make_deployment(work_pool_name="p1", job_variables={"command": "ls"})
    url = f"/api/deployments/{made['id']}/create_flow_run"

    run = client.post(url, json={"work_queue_name": "high"}).json

    queue = client.get("/api/work_pools/p1/queues/high").json
    assert (run["work_queue_id"], run["work_queue_name"]) == (queue["id"], "high")


def test_deployments_are_found_by_their_pool_and_queue(
    client: FlaskClient, make_deployment: Make, pool: Any
) -> None:
    make_deployment(name="in", work_pool_name="p1", work_queue_name="high")
    make_deployment(name="out")

    def names(**body: Any) -> list[str]:
        return [one["name"] for one in client.post("/api/deployments/filter", json=body).json]

    assert names(work_pools={"name": {"any_": ["p1"]}}) == ["in"]
    assert names(work_pool_queues={"name": {"any_": ["high"]}}) == ["in"]
    assert names(deployments={"work_queue_name": {"any_": ["high"]}}) == ["in"]


def test_a_variable_is_looked_up(client: FlaskClient, make_deployment: Make) -> None:
    client.post("/api/variables/", json={"name": "nov", "value": {"a": 1}})
    made = make_deployment()
    value = {"__prefect_kind": "workspace_variable", "variable_name": "nov"}
    url = f"/api/deployments/{made['id']}/create_flow_run"

    run = client.post(url, json={"parameters": {"x": value}}).json

    assert run["parameters"] == {"x": {"a": 1}}


def test_queues_that_choose_by_tags_are_found(client: FlaskClient, make_deployment: Make) -> None:
    made = make_deployment(tags=["a", "b"])
    for name, tags in (("one", ["a"]), ("two", ["a", "c"]), ("plain", None)):
        chosen = {"filter": {"tags": tags}} if tags else {}
        client.post("/api/work_queues/", json={"name": name} | chosen)

    found = client.get(f"/api/deployments/{made['id']}/work_queue_check").json

    assert [one["name"] for one in found] == ["one"]
