"""Making, changing, reading and removing deployments, as both majors of the client do it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

Make = Callable[..., Any]
OLD = {"User-Agent": "prefect/2.20.27 (API 0.8.4)"}
KEYS = {
    "id", "created", "updated", "name", "version", "description", "flow_id", "paused", "schedules",
    "concurrency_limit", "global_concurrency_limit", "concurrency_options", "job_variables",
    "parameters", "tags", "labels", "work_queue_name", "work_queue_id", "last_polled",
    "parameter_openapi_schema", "path", "pull_steps", "entrypoint", "storage_document_id",
    "infrastructure_document_id", "created_by", "updated_by", "work_pool_name", "status",
    "enforce_parameter_schema",
}  # fmt: skip
OLD_KEYS = (
    KEYS
    - {"concurrency_limit", "global_concurrency_limit", "concurrency_options", "labels"}
    - {"job_variables", "work_queue_id"}
) | {"infra_overrides", "schedule", "is_schedule_active", "manifest_path"}
HOURLY = {"interval": 3600}


def test_a_new_deployment_has_every_field_of_the_contract(make_deployment: Make, flow: Any) -> None:
    made = make_deployment(tags=["y"], parameters={"x": 8}, labels={"env": "prod"})

    assert set(made) == KEYS
    assert (made["status"], made["paused"], made["tags"]) == ("NOT_READY", False, ["y"])
    assert made["labels"] == {"team": "data", "env": "prod", "prefect.flow.id": flow["id"]}
    assert (made["parameter_openapi_schema"], made["pull_steps"]) == ({}, [])
    assert made["enforce_parameter_schema"] is True


def test_the_older_client_is_shown_its_own_fields(make_deployment: Make) -> None:
    made = make_deployment(old=True, schedule=HOURLY, infra_overrides={"cpu": 2})

    assert set(made) == OLD_KEYS
    assert made["infra_overrides"] == {"cpu": 2}
    assert made["schedule"]["interval"] == 3600
    assert made["is_schedule_active"] is True
    assert made["enforce_parameter_schema"] is False
    assert set(made["schedules"][0]) == {
        "id", "created", "updated", "deployment_id", "schedule", "active", "max_active_runs",
        "max_scheduled_runs", "catchup",
    }  # fmt: skip


def test_a_second_post_changes_what_it_names_and_empties_parameters_and_schedules(
    client: FlaskClient, make_deployment: Make, flow: Any
) -> None:
    first = make_deployment(
        description="of old",
        tags=["a"],
        parameters={"x": 1},
        schedules=[{"schedule": HOURLY}],
        paused=True,
        job_variables={"cpu": 2},
    )
    body = {"name": "nightly", "flow_id": flow["id"], "entrypoint": "a.py:f", "description": None}
    response = client.post("/api/deployments/", json=body)

    assert response.status_code == 200
    second = response.json
    assert second["id"] == first["id"]
    assert second["created"] == first["created"]
    assert (second["description"], second["entrypoint"]) == (None, "a.py:f")
    assert (second["tags"], second["paused"]) == (["a"], True)
    assert second["job_variables"] == {"cpu": 2}
    assert (second["parameters"], second["schedules"]) == ({}, [])


def test_a_second_post_of_the_older_client_resets_what_it_does_not_name(
    make_deployment: Make,
) -> None:
    make_deployment(old=True, tags=["a"], paused=True, infra_overrides={"cpu": 2}, description="d")
    second = make_deployment(old=True)

    assert (second["tags"], second["paused"], second["description"]) == ([], False, None)
    assert second["infra_overrides"] == {}


def test_an_absent_field_stays_and_a_null_one_is_cleared(
    client: FlaskClient, make_deployment: Make, read_deployment: Make
) -> None:
    made = make_deployment(description="d", version="1", path="/p", tags=["a"], parameters={"x": 1})
    url = f"/api/deployments/{made['id']}"

    assert client.patch(url, json={"version": None, "job_variables": None}).status_code == 204
    after = read_deployment(made)
    assert (after["version"], after["description"], after["path"]) == (None, "d", "/p")
    assert (after["tags"], after["parameters"]) == (["a"], {"x": 1})

    assert client.patch(url, json={"parameters": {"y": 2}}).status_code == 204
    assert read_deployment(made)["parameters"] == {"y": 2}


@pytest.mark.parametrize(
    "body",
    [
        {"tags": None},
        {"schedules": None},
        {"paused": None},
        {"name": "other"},
        {"flow_id": str(uuid4())},
        {"labels": {}},
    ],
)
def test_what_a_change_cannot_say_is_refused(
    client: FlaskClient, make_deployment: Make, body: Any
) -> None:
    made = make_deployment()

    response = client.patch(f"/api/deployments/{made['id']}", json=body)

    assert response.status_code == 422
    assert response.json["exception_detail"][0]["loc"] == ["body", *body]


@pytest.mark.parametrize("name", ["foo/bar", "50%", "a&b", "<a>"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(
    client: FlaskClient, flow: Any, name: str
) -> None:
    body = {"name": name, "flow_id": flow["id"]}

    assert client.post("/api/deployments/", json=body).status_code == 422


@pytest.mark.parametrize("name", ["flow-from-my.python.module", "..hello-world", "🍜 [x] é"])
def test_a_deployment_is_read_by_its_name_whatever_the_name(
    client: FlaskClient, make_deployment: Make, name: str
) -> None:
    made = make_deployment(name=name)

    found = client.get(f"/api/deployments/name/daily-etl/{name}")

    assert (found.status_code, found.json["id"]) == (200, made["id"])
    missing = client.get("/api/deployments/name/daily-etl/NIGHTLY")
    assert (missing.status_code, missing.json) == (404, {"detail": "Deployment not found"})


def test_a_deployment_of_no_flow_is_refused(client: FlaskClient) -> None:
    body = {"name": "d", "flow_id": str(uuid4())}

    assert client.post("/api/deployments/", json=body).status_code == 409


def test_an_unknown_pool_is_told_by_its_name(client: FlaskClient, flow: Any) -> None:
    body = {"name": "d", "flow_id": flow["id"], "work_pool_name": "zzz"}

    response = client.post("/api/deployments/", json=body)

    assert (response.status_code, response.json) == (404, {"detail": 'Work pool "zzz" not found.'})


@pytest.mark.parametrize("schema", [{"x": {"$ref": "http://169.254.169.254/latest/meta-data/"}}])
def test_a_schema_that_refers_to_elsewhere_is_refused(
    client: FlaskClient, flow: Any, schema: Any
) -> None:
    body = {"name": "d", "flow_id": flow["id"]}
    body["parameter_openapi_schema"] = {"type": "object", "properties": schema}

    response = client.post("/api/deployments/", json=body)

    assert response.status_code == 422
    detail = response.json["exception_detail"][0]
    assert detail["loc"] == ["body", "parameter_openapi_schema"]


def test_parameters_that_the_schema_does_not_take_are_refused(
    client: FlaskClient, make_deployment: Make, flow: Any
) -> None:
    schema = {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}
    body = {"name": "d", "flow_id": flow["id"], "parameter_openapi_schema": schema}
    body |= {"enforce_parameter_schema": True, "parameters": {"x": "many"}}

    response = client.post("/api/deployments/", json=body)
    assert response.status_code == 422
    assert "Validation failed for field 'x'" in response.json["exception_detail"][0]["msg"]

    made = make_deployment(parameter_openapi_schema=schema, enforce_parameter_schema=True)
    url = f"/api/deployments/{made['id']}"
    changed = client.patch(url, json={"parameters": {"x": "many"}})
    assert changed.status_code == 409
    assert changed.json["detail"].startswith("Error updating deployment: Validation failed")


def test_a_limit_of_runs_at_once_is_kept_changed_and_taken_away(
    client: FlaskClient, make_deployment: Make, read_deployment: Make
) -> None:
    options = {"collision_strategy": "CANCEL_NEW", "grace_period_seconds": 60}
    made = make_deployment(concurrency_limit=2, concurrency_options=options)

    assert made["concurrency_limit"] is None
    assert made["global_concurrency_limit"]["limit"] == 2
    assert made["global_concurrency_limit"]["name"] == f"deployment:{made['id']}"
    assert made["concurrency_options"] == options

    assert make_deployment()["global_concurrency_limit"]["limit"] == 2  # absent
    url = f"/api/deployments/{made['id']}"
    client.patch(url, json={"concurrency_limit": 5})
    assert read_deployment(made)["global_concurrency_limit"]["limit"] == 5
    client.patch(url, json={"concurrency_limit": None})
    assert read_deployment(made)["global_concurrency_limit"] is None
    assert read_deployment(made)["concurrency_options"] == options


@pytest.mark.parametrize(
    "body",
    [
        {"concurrency_limit": 0},
        {"concurrency_limit": 1, "global_concurrency_limit_id": str(uuid4())},
        {"concurrency_options": {"collision_strategy": "SHRUG"}},
    ],
)
def test_limits_that_mean_nothing_are_refused(client: FlaskClient, flow: Any, body: Any) -> None:
    whole = {"name": "d", "flow_id": flow["id"]} | body

    assert client.post("/api/deployments/", json=whole).status_code == 422


def test_a_limit_that_is_not_there_is_told(client: FlaskClient, flow: Any) -> None:
    body = {"name": "d", "flow_id": flow["id"], "global_concurrency_limit_id": str(uuid4())}

    response = client.post("/api/deployments/", json=body)

    assert (response.status_code, response.json) == (404, {"detail": "Concurrency limit not found"})


def test_a_shared_limit_outlives_the_deployment(client: FlaskClient, make_deployment: Make) -> None:
    limit = client.post("/api/v2/concurrency_limits/", json={"name": "db", "limit": 3}).json
    made = make_deployment(global_concurrency_limit_id=limit["id"])
    assert made["global_concurrency_limit"]["name"] == "db"

    assert client.delete(f"/api/deployments/{made['id']}").status_code == 204

    assert client.get("/api/v2/concurrency_limits/db").status_code == 200
    assert client.get(f"/api/deployments/{made['id']}").status_code == 404
    assert client.delete(f"/api/deployments/{made['id']}").status_code == 404


def test_deployments_are_found_sorted_counted_and_paged(
    client: FlaskClient, make_deployment: Make, flow: Any
) -> None:
    for name, tags in (("b", ["x"]), ("a", ["x", "y"]), ("c", [])):
        make_deployment(name=name, tags=tags, paused=name == "c")

    def names(**body: Any) -> list[str]:
        return [one["name"] for one in client.post("/api/deployments/filter", json=body).json]

    assert names() == ["a", "b", "c"]
    assert names(sort="NAME_DESC", limit=2) == ["c", "b"]
    assert names(sort=None, limit=None, offset=0) == ["a", "b", "c"]
    assert names(deployments={"tags": {"all_": ["x"]}}) == ["a", "b"]
    assert names(deployments={"tags": {"any_": []}}) == []
    assert names(deployments={"paused": {"eq_": True}}) == ["c"]
    assert names(deployments={"flow_or_deployment_name": {"like_": "ETL"}}) == ["a", "b", "c"]
    assert names(flows={"id": {"any_": [flow["id"]]}}) == ["a", "b", "c"]
    assert names(flow_runs={"state": {"type": {"any_": ["RUNNING"]}}}) == []
    assert client.post("/api/deployments/count", json={}).json == 3
    page = client.post("/api/deployments/paginate", json={"limit": 2, "page": 2}).json
    assert [one["name"] for one in page.pop("results")] == ["c"]
    assert page == {"count": 3, "limit": 2, "pages": 2, "page": 2}
    assert client.post("/api/deployments/paginate", json={"limit": 0}).json["pages"] == 0


def test_several_are_removed_by_a_filter(client: FlaskClient, make_deployment: Make) -> None:
    kept, gone = make_deployment(name="kept"), make_deployment(name="gone")
    body = {"deployments": {"name": {"any_": ["gone"]}}}

    response = client.post("/api/deployments/bulk_delete", json=body)

    assert response.json == {"deleted": [gone["id"]]}
    assert client.get(f"/api/deployments/{kept['id']}").status_code == 200


def test_what_becomes_of_a_deployment_is_told(
    client: FlaskClient, make_deployment: Make, events: Make
) -> None:
    made = make_deployment(description="n")
    client.patch(f"/api/deployments/{made['id']}", json={"description": "z"})
    make_deployment()
    client.delete(f"/api/deployments/{made['id']}")

    told = [event for event in events() if event.event.startswith("prefect.deployment.")]
    assert [event.event.rpartition(".")[2] for event in told] == ["created", "updated", "deleted"]
    change = {"description": {"from": "n", "to": "z"}}
    assert told[1].payload == {"updated_fields": ["description"], "updates": change}
