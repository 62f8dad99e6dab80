"""Automations found over the wire: by what they are called, and by what they are about."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

Make = Callable[..., Any]
REACTIVE = {"type": "event", "posture": "Reactive", "expect": ["a.*"]}
SELECTED = str(uuid4())
RUN = {"type": "run-deployment", "deployment_id": SELECTED}


def names(client: FlaskClient, **body: Any) -> list[str]:
    response = client.post("/api/automations/filter", json=body)
    assert response.status_code == 200, response.json
    return [one["name"] for one in response.json]


def test_automations_are_found_and_counted(client: FlaskClient, make: Make) -> None:
    made = {name: make(REACTIVE, name=name, tags=[name, "x"]) for name in "bca"}
    make(REACTIVE, name="d")

    assert names(client) == names(client, sort=None) == ["a", "b", "c", "d"]
    assert names(client, sort="CREATED_DESC", limit=2) == ["d", "a"]
    assert names(client, sort="NAME_DESC", offset=3) == ["a"]
    for wanted, found in (
        ({"name": {"any_": ["a", "z"]}}, ["a"]),
        ({"id": {"any_": [made["b"]["id"]]}}, ["b"]),
        ({"tags": {"any_": ["c", "a"]}}, ["a", "c"]),
        ({"tags": {"is_null_": True}}, ["d"]),
        ({"created": {"before_": made["b"]["created"]}}, ["b"]),
    ):
        assert names(client, automations=wanted) == found
        count = client.post("/api/automations/count", json={"automations": wanted}).json
        assert count == len(found)
    assert client.post("/api/automations/filter", json={"automations": {"x": 1}}).status_code == 422


def test_a_resource_has_its_automations(client: FlaskClient, make: Make) -> None:
    owner = f"prefect.deployment.{SELECTED}"
    make(REACTIVE, name="owned", owner_resource=owner)
    both = make(REACTIVE, name="both", owner_resource=owner, actions=[RUN])
    other = make(REACTIVE, name="runs", actions=[RUN])
    make(REACTIVE, name="not", actions_on_trigger=[RUN])

    def related() -> list[str]:
        found = client.get(f"/api/automations/related-to/{owner}").json
        return [one["name"] for one in found]

    assert related() == ["both", "owned", "runs"]
    body = {"name": "runs", "trigger": REACTIVE, "actions": []}
    client.put(f"/api/automations/{other['id']}", json=body)
    client.put(f"/api/automations/{both['id']}", json=body | {"name": "both"})
    assert related() == ["both", "owned"]

    response = client.delete(f"/api/automations/owned-by/{owner}")

    assert (response.status_code, response.json) == (202, None)
    assert related() == []
    assert names(client) == ["not", "runs"]
    assert client.delete("/api/automations/owned-by/nobody").status_code == 202
