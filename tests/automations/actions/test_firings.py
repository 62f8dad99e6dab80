"""What automations did, over the wire."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

from headwater.ids import uuid7
from tests.automations.actions.making import Make, make_event


def read(client: FlaskClient, automation: Any, **page: Any) -> Any:
    path = f"/api/headwater/automations/{automation}/firings/filter"
    return client.post(path, json=page)


def test_firings_are_listed_the_newest_first_with_their_actions(
    client: FlaskClient, fire: Make, act: Make
) -> None:
    automation, event = uuid7(), make_event("prefect.flow.a")
    first = fire({"type": "do-nothing"}, automation=automation)
    second = fire(
        {"type": "cancel-flow-run"},
        on_trigger=({"type": "do-nothing"},),
        automation=automation,
        event=event,
        labels={"a": "b"},
    )
    fire({"type": "do-nothing"})  # of another automation
    act()

    newest, oldest = read(client, automation).json
    assert [newest["id"], oldest["id"]] == [str(second.firing), str(first.firing)]
    assert newest["triggering_event"] == {
        "id": event["id"],
        "event": "order.placed",
        "occurred": event["occurred"].replace("+00:00", "Z"),
        "resource_id": "prefect.flow.a",
    }
    assert (newest["automation_name"], newest["triggering_labels"]) == ("alarm", {"a": "b"})
    assert [
        (one["action_index"], one["on_trigger"], one["type"], one["state"])
        for one in newest["actions"]
    ] == [(0, False, "cancel-flow-run", "failed"), (1, True, "do-nothing", "executed")]
    assert newest["actions"][0]["reason"] == "No flow run could be inferred"
    assert oldest["triggering_event"] is None


def test_firings_come_in_pages(client: FlaskClient, fire: Make) -> None:
    automation = uuid7()
    made = [str(fire(automation=automation).firing) for _ in range(3)]

    assert [one["id"] for one in read(client, automation, limit=2).json] == made[:0:-1]
    assert [one["id"] for one in read(client, automation, limit=2, offset=2).json] == made[:1]
    assert read(client, automation, limit=201).status_code == 422
    assert read(client, automation, colour=1).status_code == 422
    assert read(client, uuid4()).json == []


def test_an_action_that_waits_is_shown_as_it_is(client: FlaskClient, fire: Make) -> None:
    ids = fire({"type": "do-nothing"})

    (action,) = SimpleNamespace(**read(client, ids.automation).json[0]).actions
    assert (action["state"], action["ended"], action["details"]) == ("pending", None, None)
    assert action["invocation"] == str(ids.actions[0])
