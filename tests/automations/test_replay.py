"""What an automation would have done: the log replayed to it, without any effect."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from headwater import clock
from headwater.automations.rules import rehearsals
from headwater.automations.service import replaying
from tests.automations.making import REACTIVE

Make = Callable[..., Any]
Read = Callable[[], list[Any]]


def replay(client: FlaskClient, automation: Any, status: int = 200, **body: Any) -> Any:
    path = f"/api/headwater/automations/{automation['id']}/replay"
    response = client.post(path, data=json.dumps(body))
    assert response.status_code == status, response.json
    return response.json


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def hours_ago(hours: float) -> str:
    return (clock.now() - timedelta(hours=hours)).isoformat()


def test_a_replay_says_what_would_have_fired(
    client: FlaskClient, make: Make, tell: Make, firings: Read, events: Read
) -> None:
    (_, cause) = tell("a", occurred=hours_ago(3)) + tell("a", occurred=hours_ago(1))
    tell("x", occurred=hours_ago(1))
    made = make(REACTIVE | {"for_each": ["prefect.resource.id"]}, enabled=False)
    before = len(events())

    found = replay(client, made, hours=2)

    (fired,) = found.pop("firings")
    assert found == {"events": 3, "fired": 1, "whole": True}  # its own making is one
    assert fired["triggering_labels"] == {"prefect.resource.id": "r"}
    assert fired["triggering_event"] == {
        "id": cause["id"],
        "event": "a",
        "occurred": fired["triggered"],
        "resource_id": "r",
    }
    assert moment(fired["triggered"]) == moment(cause["occurred"])
    assert replay(client, made)["fired"] == 2
    assert (firings(), len(events())) == ([], before)


def test_a_replay_lets_the_time_pass(client: FlaskClient, make: Make, tell: Make) -> None:
    tell("a", occurred=hours_ago(1))
    wait = {"posture": "Proactive", "after": ["a"], "expect": ["b"], "within": 10}

    found = replay(client, make(wait))

    assert found["fired"] == 1


def test_a_replay_shows_the_first_firings_and_counts_all(
    client: FlaskClient, make: Make, tell: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "MOST_SHOWN", 2)
    tell("a", "a", "a", occurred=hours_ago(1))

    found = replay(client, make(REACTIVE))

    assert (found["fired"], len(found["firings"])) == (3, 2)


def test_a_replay_of_too_many_events_says_so(
    client: FlaskClient, make: Make, tell: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "MOST_EVENTS", 2)
    tell("a", "a", "a", occurred=hours_ago(1))

    found = replay(client, make(REACTIVE))

    assert (found["events"], found["fired"], found["whole"]) == (2, 2, False)


def test_a_replay_of_too_many_windows_says_so(
    client: FlaskClient, make: Make, tell: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsals, "MOST_LOOKS", 3)
    made = make({"posture": "Proactive", "expect": ["a"], "within": 10})

    found = replay(client, made)

    assert (found["fired"], found["whole"]) == (3, False)


@pytest.mark.parametrize("hours", [0, -1, 721, "x"])
def test_a_replay_goes_back_a_month_at_most(client: FlaskClient, make: Make, hours: Any) -> None:
    replay(client, make(REACTIVE), 422, hours=hours)


def test_what_is_not_there_is_not_replayed(client: FlaskClient) -> None:
    replay(client, {"id": "00000000-0000-0000-0000-000000000009"}, 404)
