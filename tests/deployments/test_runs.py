"""Runs of deployments: what they have of theirs, what is refused, and who is given them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

Make = Callable[..., Any]
SCHEMA = {
    "type": "object",
    "properties": {"x": {"type": "integer"}, "name": {"type": "string", "default": "a"}},
    "required": ["x"],
}


def nested(inner: str) -> str:
    """Return a template that does the same ten thousand times."""
    return "{% for i in range(100) %}" * 2 + inner + "{% endfor %}" * 2


@pytest.fixture
def run(client: FlaskClient) -> Make:
    def create(deployment: Any, status: int = 201, **body: Any) -> Any:
        url = f"/api/deployments/{deployment['id']}/create_flow_run"
        response = client.post(url, json=body)
        assert response.status_code == status, response.json
        return response.json

    return create


def test_a_run_has_what_its_deployment_gives_it(
    make_deployment: Make, run: Make, flow: Any
) -> None:
    made = make_deployment(
        parameters={"x": 1, "y": 2}, tags=["a"], labels={"env": "prod"}, version="7"
    )
    made_run = run(made, parameters={"y": 3}, tags=["b", "a"], labels={"who": "me"})

    assert made_run["deployment_id"] == made["id"]
    assert made_run["deployment_version"] == "7"
    assert made_run["parameters"] == {"x": 1, "y": 3}
    assert sorted(made_run["tags"]) == ["a", "b"]
    assert made_run["labels"] == {
        "team": "data",
        "env": "prod",
        "who": "me",
        "prefect.flow.id": flow["id"],
        "prefect.deployment.id": made["id"],
    }
    assert (made_run["state_type"], made_run["state_name"]) == ("SCHEDULED", "Scheduled")
    assert made_run["next_scheduled_start_time"] == made_run["expected_start_time"]
    assert (made_run["auto_scheduled"], made_run["created_by"]) == (False, None)
    assert (made_run["work_pool_name"], made_run["job_variables"]) == (None, {})


def test_what_becomes_of_a_run_is_told_with_all_that_it_is_of(
    client: FlaskClient, make_deployment: Make, run: Make, events: Make, flow: Any
) -> None:
    pool = client.post("/api/work_pools/", json={"name": "p1", "type": "process"}).json
    made = make_deployment(work_pool_name="p1", work_queue_name="high", tags=["of-deployment"])
    made_run = run(made, tags=["of-run"])
    url = f"/api/flow_runs/{made_run['id']}/set_state"
    client.post(url, json={"state": {"type": "PENDING"}})
    client.patch(f"/api/deployments/{made['id']}", json={"tags": ["later"]})
    client.delete("/api/work_pools/p1")
    client.post(url, json={"state": {"type": "RUNNING"}})

    first, second, third = [one for one in events() if one.event.startswith("prefect.flow-run.")]

    def resource(kind: str, id_: str, name: str, **more: str) -> Any:
        named = {"prefect.resource.role": kind, "prefect.resource.name": name}
        return {"prefect.resource.id": f"prefect.{kind}.{id_}"} | named | more

    of_flow = resource("flow", flow["id"], "daily-etl")
    of_deployment = resource("deployment", made["id"], "nightly")
    tags = [
        {"prefect.resource.id": f"prefect.tag.{tag}", "prefect.resource.role": "tag"}
        for tag in ("later", "of-deployment", "of-run")
    ]
    assert first.related == second.related
    assert first.related == [
        of_flow,
        of_deployment,
        resource("work-queue", made["work_queue_id"], "high"),
        resource("work-pool", pool["id"], "p1", **{"prefect.work-pool.type": "process"}),
        *tags[1:],
    ]
    assert third.related == [of_flow, of_deployment, *tags]  # what is gone is not named


def test_a_run_of_a_known_key_is_returned_as_it_is(make_deployment: Make, run: Make) -> None:
    made = make_deployment()
    first = run(made, idempotency_key="k", parameters={"a": 1})
    second = run(made, 200, idempotency_key="k", parameters={"a": 2})

    assert second["id"] == first["id"]
    assert second["parameters"] == {"a": 1}


@pytest.mark.parametrize(
    ("parameters", "detail"),
    [
        (
            {"x": "bad"},
            "Error creating flow run: Validation failed for field 'x'. Failure reason: "
            "'bad' is not of type 'integer'",
        ),
        (
            {},
            "Error creating flow run: Validation failed. Failure reason: 'x' is a required "
            "property",
        ),
    ],
)
def test_parameters_that_do_not_fit_are_refused_with_their_field(
    make_deployment: Make, run: Make, parameters: Any, detail: str
) -> None:
    made = make_deployment(parameter_openapi_schema=SCHEMA)

    assert run(made, 409, parameters=parameters) == {"detail": detail}
    assert run(made, parameters=parameters, enforce_parameter_schema=False)["id"]
    assert run(made, parameters={"x": 1, "more": True})["parameters"]["more"] is True


@pytest.mark.parametrize("place", ["$defs", "definitions"])
def test_a_schema_may_refer_to_its_own_definitions(
    client: FlaskClient, make_deployment: Make, place: str
) -> None:
    schema = {place: {"n": {"type": "integer"}}, "properties": {"x": {"$ref": f"#/{place}/n"}}}
    made = make_deployment(parameter_openapi_schema=schema, enforce_parameter_schema=True)
    url = f"/api/deployments/{made['id']}/create_flow_run"

    assert client.post(url, json={"parameters": {"x": 1}}).status_code == 201
    assert client.post(url, json={"parameters": {"x": "many"}}).status_code == 409


def test_numbers_of_any_size_are_kept(make_deployment: Make, run: Make) -> None:
    parameters = {"x": 2**70, "y": 12345678901234567890, "z": [-(2**64)]}

    assert run(make_deployment(), parameters=parameters)["parameters"] == parameters


def test_a_pattern_costs_no_more_than_its_text_is_long(make_deployment: Make, run: Make) -> None:
    schema = {"properties": {"x": {"type": "string", "pattern": "^(a+)+$"}}}
    made = make_deployment(parameter_openapi_schema=schema)

    assert run(made, parameters={"x": "a" * 64})["parameters"] == {"x": "a" * 64}
    assert "does not match" in run(made, 409, parameters={"x": "a" * 64 + "b"})["detail"]


def test_a_schema_that_goes_round_is_refused(make_deployment: Make, run: Make) -> None:
    made = make_deployment(parameter_openapi_schema={"$ref": "#"})

    assert "circular" in run(made, 422, parameters={"x": 1})["detail"]


def test_parameters_are_made_as_they_say(make_deployment: Make, run: Make) -> None:
    schema = {"properties": {"x": {"type": "integer"}, "t": {"type": "string"}}}
    kinds = {
        "x": {"__prefect_kind": "json", "value": "41"},
        "gone": {"__prefect_kind": "json"},
        "plain": {"__prefect_kind": "none", "value": {"a": [1]}},
    }
    made = make_deployment(parameters=kinds, parameter_openapi_schema=schema)
    template = {
        "__prefect_kind": "jinja",
        "template": "{{ 1 + 1 }}-{% for i in [3] %}{{i}}{% endfor %}",
    }

    made_run = run(made, parameters={"t": template})

    assert made_run["parameters"] == {"x": 41, "plain": {"a": [1]}, "t": "2-3"}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"__prefect_kind": "json", "value": "{"}, "Invalid JSON"),
        ({"__prefect_kind": "jinja", "template": "{{ nope "}, "Invalid jinja"),
        ({"__prefect_kind": "jinja"}, "Missing 'template' key"),
        ({"__prefect_kind": "jinja", "template": "{{ 'a' * 10**9 }}"}, "Invalid jinja"),
        *(
            ({"__prefect_kind": "jinja", "template": template}, "Invalid jinja")
            for template in (
                "{% for i in range(10**9) %}{% endfor %}",
                "{% set a = 'aa' %}" + "{% set a = a ~ a %}" * 40,
                "{{ '\"'" + "|tojson" * 100 + " }}",
                nested("0123456789x"),
                nested("{% if '\"a'" + "|tojson" * 15 + "|title" * 40 + " %}{% endif %}"),
                nested("{% if 1" + "|abs" * 200 + " %}{% endif %}"),
                "{{ 1 }}" + "x" * 1_000,
            )
        ),
        (
            {"__prefect_kind": "workspace_variable", "variable_name": "nov"},
            "Variable 'nov' not found in workspace.",
        ),
    ],
)
def test_a_value_that_cannot_be_made_is_told(
    make_deployment: Make, run: Make, value: Any, reason: str
) -> None:
    detail = run(make_deployment(), 400, parameters={"x": value})["detail"]

    assert detail.startswith("Error hydrating flow run parameters: ")
    assert reason in detail


@pytest.mark.parametrize("body", [{"extra": 1}, {"parameters": {"x": "a" * 600_000}}])
def test_what_a_run_cannot_have_is_refused(make_deployment: Make, run: Make, body: Any) -> None:
    run(make_deployment(), 422, **body)


def test_a_queue_without_a_pool_is_refused(make_deployment: Make, run: Make) -> None:
    run(make_deployment(), 400, work_queue_name="high")


def test_a_run_of_no_deployment_is_refused(client: FlaskClient) -> None:
    url = f"/api/deployments/{uuid4()}/create_flow_run"

    response = client.post(url, json={})

    assert (response.status_code, response.json) == (404, {"detail": "Deployment not found"})


def test_of_many_each_is_told_what_became_of_it(client: FlaskClient, make_deployment: Make) -> None:
    made = make_deployment(parameter_openapi_schema=SCHEMA)
    url = f"/api/deployments/{made['id']}/create_flow_run/bulk"

    results = client.post(url, json=[{"parameters": {"x": 1}}, {}]).json["results"]

    assert [one["status"] for one in results] == ["CREATED", "FAILED"]
    assert results[0]["flow_run_id"]
    assert "required" in results[1]["error"]
    assert client.post(url, json=[{}] * 101).status_code == 400
    gone = f"/api/deployments/{uuid4()}/create_flow_run/bulk"
    assert client.post(gone, json=[]).status_code == 404


def test_who_asks_is_given_the_runs_that_are_due(
    client: FlaskClient, make_deployment: Make, read_deployment: Make, run: Make, events: Make
) -> None:
    made, other = make_deployment(), make_deployment(name="other")
    now = datetime.now(UTC)
    run(other)
    for hours in (2, 0, -1):
        due = (now + timedelta(hours=hours)).isoformat()
        run(made, name=f"in {hours}", state=scheduled(due))
    before = str(now + timedelta(seconds=10))  # with a blank in place of the T, as clients send it
    body = {"deployment_ids": [made["id"]], "scheduled_before": before, "limit": None}

    found = client.post("/api/deployments/get_scheduled_flow_runs", json=body).json

    assert [one["name"] for one in found] == ["in -1", "in 0"]
    after = read_deployment(made)
    assert (after["status"], after["updated"]) == ("READY", made["updated"])
    assert after["last_polled"] is not None
    assert read_deployment(other)["status"] == "NOT_READY"
    client.post("/api/deployments/get_scheduled_flow_runs", json=body)
    told = [one.event for one in events() if one.event == "prefect.deployment.ready"]
    assert len(told) == 1
    for limit, status in ((0, 200), (201, 422), (-1, 422)):
        body["limit"] = limit
        answer = client.post("/api/deployments/get_scheduled_flow_runs", json=body)
        assert answer.status_code == status
    nobody = client.post("/api/deployments/get_scheduled_flow_runs", json={"deployment_ids": []})
    assert nobody.json == []


def test_the_runs_that_have_not_begun_go_with_their_deployment(
    client: FlaskClient, make_deployment: Make, run: Make, list_runs: Make
) -> None:
    made = make_deployment()
    run(made, name="waits")
    begun = run(made, name="begun")
    client.post(f"/api/flow_runs/{begun['id']}/set_state", json={"state": {"type": "RUNNING"}})

    client.delete(f"/api/deployments/{made['id']}")

    assert [one["name"] for one in list_runs()] == ["begun"]


def scheduled(due: str) -> Any:
    return {"type": "SCHEDULED", "state_details": {"scheduled_time": due}}
