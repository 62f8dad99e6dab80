"""Automations over the wire: kept as they were sent, switched, replaced and deleted."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from headwater.db.base import db
from headwater.events.models import Event

NOBODY = UUID(int=1)
REACTIVE = {"type": "event", "posture": "Reactive", "expect": ["a.*"]}
WAITING = {"posture": "Proactive", "after": ["a"], "expect": ["b"], "for_each": ["x"]}
METRIC = {"type": "metric", "metric": {"name": "successes", "threshold": 0.9, "operator": "<"}}
SELECTED = str(uuid4())
RUN = {"type": "run-deployment", "deployment_id": SELECTED}


def make(client: FlaskClient, status: int = 201, **more: Any) -> Any:
    body = {"name": "a", "trigger": REACTIVE, "actions": []} | more
    response = client.post("/api/automations/", data=json.dumps(body))
    assert response.status_code == status, response.json
    return response.json


def metric(**query: Any) -> dict[str, Any]:
    return METRIC | {"metric": {"name": "successes", "threshold": 0.9, "operator": "<"} | query}


def read(client: FlaskClient, automation: Any) -> Any:
    return client.get(f"/api/automations/{automation['id']}").json


def messages(refusal: Any) -> str:
    return " | ".join(detail["msg"] for detail in refusal["exception_detail"])


def test_an_automation_reads_back_as_it_was_sent(client: FlaskClient) -> None:
    notify = {"type": "send-notification", "block_document_id": str(uuid4()), "body": "{{ a }}"}
    made = make(client, description="d", tags=["t"], actions=[RUN, notify], enabled=False)

    assert made == read(client, made)
    assert (made["description"], made["tags"], made["enabled"]) == ("d", ["t"], False)
    assert made["trigger"] == made["trigger"] | REACTIVE | {"threshold": 1, "within": 0.0}
    assert made["actions"][0] == made["actions"][0] | RUN | {"source": "selected"}
    assert made["actions"][1] == notify | {"subject": "Prefect automated notification"}
    assert made["actions_on_trigger"] == made["actions_on_resolve"] == []


@pytest.mark.parametrize(
    ("trigger", "shown"),
    [
        ({"posture": "Reactive"}, {"type": "event", "match": {}, "expect": [], "within": 0.0}),
        ({"posture": "Reactive", "within": "PT1M30S"}, {"within": 90.0}),
        ({"posture": "Reactive", "threshold": -1}, {"threshold": -1}),
        (WAITING, {"within": 10.0}),
        (WAITING | {"within": 30}, {"within": 30.0}),
        ({"posture": "Reactive", "match_related": [{"a": "b"}]}, {"match_related": [{"a": "b"}]}),
        ({"posture": "Reactive", "match": {"a": ["b"]}}, {"match": {"a": ["b"]}}),
        ({"triggers": [REACTIVE], "require": 1, "within": 5}, {"type": "compound", "require": 1}),
        ({"triggers": [], "require": "any", "within": None}, {"within": None}),
        ({"triggers": [REACTIVE, WAITING], "within": -5}, {"type": "sequence", "within": -5.0}),
        ({"type": "sequence", "triggers": [], "within": None}, {"triggers": []}),
        ({"posture": "Reactive", "colour": 1}, {"type": "event"}),
        (METRIC, {"posture": "Metric", "match": {}, "match_related": {}}),
        (
            metric(range="PT1H"),
            {
                "metric": {
                    "name": "successes",
                    "threshold": 0.9,
                    "operator": "<",
                    "range": 3600.0,
                    "firing_for": 300.0,
                }
            },
        ),
        ({"triggers": [METRIC, REACTIVE], "require": "any", "within": 5}, {"require": "any"}),
    ],
)
def test_triggers_are_kept_whole(client: FlaskClient, trigger: Any, shown: Any) -> None:
    found = make(client, trigger=trigger)["trigger"]

    assert found == found | shown
    assert "colour" not in found


@pytest.mark.parametrize(
    ("trigger", "message"),
    [
        ({}, "Field required"),
        ({"type": "meter", "posture": "Metric"}, "does not match any of the expected tags"),
        ({"type": "metric", "posture": "Metric"}, "Field required"),
        (METRIC | {"posture": "Reactive"}, "Input should be 'Metric'"),
        (metric(name="speed"), "Input should be 'lateness', 'duration' or 'successes'"),
        (metric(operator="="), "Input should be '<', '<=', '>' or '>='"),
        (metric(range=299), "greater than or equal to 300"),
        (metric(firing_for="PT4M"), "greater than or equal to 300"),
        (metric(range="P32D"), "less than or equal to 2678400"),
        (metric(threshold=None), "valid number"),
        ({"posture": "reactive"}, "Input should be 'Reactive' or 'Proactive'"),
        ({"posture": "Reactive", "within": "30"}, "must be a number of seconds or a duration"),
        ({"posture": "Reactive", "within": None}, "valid number"),
        ({"posture": "Reactive", "within": -1}, "greater than or equal to 0"),
        ({"posture": "Reactive", "within": "P99999999999D"}, "duration"),
        (WAITING | {"within": 5}, "must be greater than or equal to 10 seconds"),
        ({"posture": "Reactive", "expect": "a"}, "valid array"),
        ({"posture": "Reactive", "match": {"a": 1}}, "valid string"),
        ({"triggers": [REACTIVE], "require": 0, "within": 1}, "require must be at least 1"),
        ({"triggers": [REACTIVE], "require": 2, "within": 1}, "equal to the number of triggers"),
        ({"triggers": [REACTIVE], "require": 1}, "Field required"),
        ({"triggers": [{}], "require": 1, "within": 1}, "Field required"),
    ],
)
def test_what_is_no_trigger_is_told(client: FlaskClient, trigger: Any, message: str) -> None:
    refusal = make(client, 422, trigger=trigger)

    assert message in messages(refusal)
    assert refusal["exception_detail"][0]["loc"][:2] == ["body", "trigger"]


@pytest.mark.parametrize(
    ("action", "shown"),
    [
        ({}, {"type": "do-nothing"}),
        (RUN | {"schedule_after": "PT1H"}, {"schedule_after": 3600.0}),
        (RUN | {"parameters": {"a": "{{ event.id }}", "b": [1]}}, {"job_variables": None}),
        ({"type": "pause-work-pool", "source": "inferred"}, {"work_pool_id": None}),
        ({"type": "change-flow-run-state", "state": "FAILED"}, {"force": False, "name": None}),
        ({"type": "suspend-flow-run", "colour": 1}, {"type": "suspend-flow-run"}),
        (
            {"type": "call-webhook", "block_document_id": SELECTED, "payload": {"a": 1}},
            {"payload": '{\n  "a": 1\n}'},
        ),
    ],
)
def test_actions_are_kept_whole(client: FlaskClient, action: Any, shown: Any) -> None:
    (found,) = make(client, actions=[action])["actions"]

    assert found == found | shown


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ({"type": "dance"}, "does not match any of the expected tags"),
        ({"type": "run-deployment"}, "deployment_id is required"),
        (RUN | {"source": "inferred"}, "deployment_id is not allowed"),
        (RUN | {"schedule_after": -1}, "greater than or equal to 0"),
        (RUN | {"parameters": {"a": "{{ b"}}, "Invalid parameters: \na: Invalid jinja: "),
        ({"type": "change-flow-run-state"}, "Field required"),
        ({"type": "call-webhook", "block_document_id": SELECTED, "payload": None}, "valid string"),
        (
            {"type": "send-notification", "block_document_id": SELECTED, "body": "{% for %}"},
            "'body' is not a valid template: ",
        ),
    ],
)
def test_what_is_no_action_is_told(client: FlaskClient, action: Any, message: str) -> None:
    assert message in messages(make(client, 422, actions=[action]))


@pytest.mark.parametrize(
    "more", [{"id": SELECTED}, {"colour": 1}, {"description": None}, {"name": None}]
)
def test_what_is_no_automation_is_told(client: FlaskClient, more: Any) -> None:
    refusal = make(client, 422, **more)

    assert refusal["exception_detail"][0]["loc"] == ["body", *more]


EACH_RUN = {"posture": "Reactive", "expect": ["prefect.flow-run.Running"]}


@pytest.mark.parametrize(
    ("trigger", "action", "status"),
    [
        (EACH_RUN, {"type": "run-deployment", "source": "inferred"}, 422),
        (EACH_RUN, RUN, 422),
        (EACH_RUN | {"match": {"prefect.resource.id": "prefect.flow-run.*"}}, RUN, 422),
        (EACH_RUN | {"match": {"a": "b"}}, RUN, 201),
        (EACH_RUN | {"match_related": [{"a": "b"}]}, RUN, 201),
        (EACH_RUN | {"expect": ["prefect.flow-run.Completed"]}, RUN, 201),
        (EACH_RUN | {"posture": "Proactive"}, RUN, 201),
        (EACH_RUN, {"type": "cancel-flow-run"}, 201),
    ],
)
def test_what_would_start_itself_for_ever_is_refused(
    client: FlaskClient, trigger: Any, action: Any, status: int
) -> None:
    answer = make(client, status, trigger=trigger, actions=[action])

    if status == 422:
        assert "infinite loop" in messages(answer)
        made = make(client, trigger=trigger, actions=[action], enabled=False)
        address = f"/api/automations/{made['id']}"
        assert client.patch(address, json={"enabled": True}).status_code == 422
        assert read(client, made)["enabled"] is False


def test_an_automation_is_switched_off_and_on(client: FlaskClient) -> None:
    made = make(client)
    address = f"/api/automations/{made['id']}"

    assert client.patch(address, json={"enabled": False}).status_code == 204
    off = read(client, made)
    assert client.patch(address, json={}).status_code == 204

    assert off == made | {"enabled": False, "updated": off["updated"]}
    assert read(client, made) == off
    assert client.patch(address, json={"name": "b"}).status_code == 422


def test_what_is_put_replaces_what_was_sent_and_leaves_the_rest(client: FlaskClient) -> None:
    made = make(client, tags=["t"], enabled=False, actions_on_trigger=[{}])
    new = {"name": "b", "trigger": made["trigger"], "actions": [RUN]}

    assert client.put(f"/api/automations/{made['id']}", json=new).status_code == 204

    found = read(client, made)
    assert (found["name"], found["tags"], found["enabled"]) == ("b", ["t"], False)
    assert found["actions_on_trigger"] == [{"type": "do-nothing"}]
    assert found["trigger"]["id"] != made["trigger"]["id"]
    assert found["created"] == made["created"]


def test_ids_of_triggers_are_the_servers_own(client: FlaskClient) -> None:
    inner = REACTIVE | {"id": SELECTED}
    trigger = {"triggers": [inner], "require": "all", "within": 1, "id": SELECTED}

    found = make(client, trigger=trigger)["trigger"]

    ids = {found["id"], found["triggers"][0]["id"], SELECTED}
    assert len(ids) == 3


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_an_unknown_automation_is_not_found(client: FlaskClient, method: str) -> None:
    body = {"name": "a", "trigger": REACTIVE, "actions": []} if method == "PUT" else {}
    response = client.open(f"/api/automations/{NOBODY}", method=method, json=body)

    assert (response.status_code, response.json) == (
        404,
        {"exception_message": "Automation not found"},
    )


def test_changes_are_told(client: FlaskClient) -> None:
    made = make(client)
    address = f"/api/automations/{made['id']}"
    client.patch(address, json={"enabled": False})
    client.delete(address)

    with db.engine.connect() as connection:
        rows = connection.execute(select(Event.__table__).order_by(Event.position)).all()
    assert [row.event for row in rows] == [
        f"prefect.automation.{what}" for what in ("created", "updated", "deleted")
    ]
    assert client.get(address).status_code == 404
