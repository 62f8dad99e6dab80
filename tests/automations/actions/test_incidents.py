"""Incidents: declared by automations, found, and closed by people."""

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.automations.actions.making import Make, make_event

DECLARE = {
    "type": "declare-incident",
    "title": "{{ event.resource.name }} is late",
    "description": "{{ event.payload.rows }} rows",
    "severity": "critical",
}
NOBODY = UUID(int=1)


def read(client: FlaskClient, **wanted: Any) -> Any:
    return client.post("/api/headwater/incidents/filter", json=wanted).json


@pytest.fixture
def declared(client: FlaskClient, do: Make) -> Any:
    assert do(DECLARE, event=make_event("shop", "flow=prefect.flow.a")).state == "executed"
    (incident,) = read(client)
    return incident


def test_an_automation_declares_what_its_templates_say(declared: Any, events: Make) -> None:
    assert (declared["title"], declared["description"]) == ("the shop is late", "5 rows")
    assert (declared["severity"], declared["closed"], declared["note"]) == ("critical", None, None)
    roles = [one["prefect.resource.role"] for one in declared["related"]]
    assert roles == ["subject", "flow"]
    (told,) = [one for one in events() if one.event == "headwater.incident.declared"]
    assert told.resource == {
        "prefect.resource.id": f"headwater.incident.{declared['id']}",
        "prefect.resource.name": "the shop is late",
        "headwater.incident.severity": "critical",
    }
    assert [one["prefect.resource.role"] for one in told.related] == ["automation", *roles]


def test_the_clients_action_without_fields_declares_one_of_the_automations_name(
    client: FlaskClient, do: Make
) -> None:
    done = do({"type": "declare-incident"})

    (incident,) = read(client)
    assert (incident["title"], incident["severity"]) == ("alarm", "major")
    assert incident["automation_id"] == str(done.ids.automation)
    related = [one["prefect.resource.id"] for one in done.details["related"]]
    assert related == [f"headwater.incident.{incident['id']}"]


def test_an_incident_is_closed_once_with_a_note(
    client: FlaskClient, declared: Any, events: Make
) -> None:
    path = f"/api/headwater/incidents/{declared['id']}"

    assert client.post(f"{path}/close", json={"note": "a full disk"}).status_code == 204
    shown = client.get(path).json
    assert (shown["note"], shown["closed"]) == ("a full disk", shown["updated"])
    assert events()[-1].event == "headwater.incident.closed"
    assert events()[-1].payload["note"] == "a full disk"
    again = client.post(f"{path}/close", json={})
    assert (again.status_code, again.json["detail"]) == (409, "The incident is closed already.")


def test_incidents_are_found_by_severity_and_by_being_open(
    client: FlaskClient, declared: Any, do: Make
) -> None:
    do({"type": "declare-incident"})
    client.post(f"/api/headwater/incidents/{declared['id']}/close", json={})

    assert [one["title"] for one in read(client)] == ["alarm", "the shop is late"]
    assert [one["title"] for one in read(client, open=True)] == ["alarm"]
    assert [one["title"] for one in read(client, open=False)] == ["the shop is late"]
    assert [one["title"] for one in read(client, severities=["critical"])] == ["the shop is late"]
    assert len(read(client, severities=["critical", "major"] * 50_000)) == 2
    assert [one["title"] for one in read(client, limit=1, offset=1)] == ["the shop is late"]


def test_what_is_no_incident_is_told(client: FlaskClient) -> None:
    path = f"/api/headwater/incidents/{NOBODY}"

    assert client.get(path).json == {"detail": "Incident not found"}
    assert client.post(f"{path}/close", json={}).status_code == 404
    wrong = client.post("/api/headwater/incidents/filter", json={"severities": ["bad"]})
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ({"severity": "bad"}, "Input should be 'minor', 'major' or 'critical'"),
        ({"title": "{{"}, "'title' is not a valid template: "),
    ],
)
def test_an_action_that_declares_nothing_is_refused(
    client: FlaskClient, action: Any, message: str
) -> None:
    trigger = {"posture": "Reactive", "expect": ["a"]}
    body = {"name": "a", "trigger": trigger, "actions": [DECLARE | action]}
    refusal = client.post("/api/automations/", json=body)

    assert refusal.status_code == 422
    assert message in " ".join(one["msg"] for one in refusal.json["exception_detail"])
