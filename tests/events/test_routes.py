"""POST /api/events."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from headwater.db.base import db
from headwater.events import models, service
from headwater.events.schemas import Event

New = Callable[..., dict[str, Any]]


def stored() -> list[str]:
    with Session(db.engine) as session:
        return list(session.scalars(select(models.Event.event).order_by(models.Event.position)))


def test_a_bare_list_is_taken_and_can_be_read_at_once(client: FlaskClient, new_event: New) -> None:
    answer = client.post("/api/events", json=[new_event(event="1"), new_event(event="2")])
    assert (answer.status_code, answer.data) == (204, b"")
    assert stored() == ["1", "2"]


def test_an_empty_list_is_fine(client: FlaskClient) -> None:
    assert client.post("/api/events", json=[]).status_code == 204


def test_a_slash_at_the_end_leads_back(client: FlaskClient) -> None:
    answer = client.post("/api/events/", json=[])
    assert answer.status_code == 307
    assert answer.location.endswith("/api/events")


def test_events_may_come_again(client: FlaskClient, new_event: New) -> None:
    event = new_event(event="first")
    for _ in range(2):
        assert client.post("/api/events", json=[event, event]).status_code == 204
    assert stored() == ["first"]


def test_a_wrong_event_is_refused_with_its_place(client: FlaskClient, new_event: New) -> None:
    answer = client.post("/api/events", json=[new_event(), new_event(event="x" * 1025)])
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["exception_message"] == "Invalid request received."
    [detail] = answer.json["exception_detail"]
    assert detail["loc"] == ["body", 1, "event"]
    assert detail["msg"] == "Value error, Event name must be at most 1024 characters"
    assert stored() == []


@pytest.mark.parametrize("body", ["", "{}", "nonsense", "null", '[{"event": 1}]'])
def test_what_is_no_list_of_events_is_refused(client: FlaskClient, body: str) -> None:
    answer = client.post("/api/events", data=body, content_type="application/json")
    assert answer.status_code == 422


def test_the_older_clients_have_wider_limits(client: FlaskClient, new_event: New) -> None:
    answer = client.post(
        "/api/events",
        json=[new_event(event="x" * 1025)],
        headers={"User-Agent": "prefect/2.20.27 (API 0.8.4)"},
    )
    assert answer.status_code == 204


def test_signs_that_no_database_takes_are_shown(client: FlaskClient, new_event: New) -> None:
    body = json.dumps([new_event(event="a\0\ud800")])
    answer = client.post("/api/events", data=body, content_type="application/json")
    assert answer.status_code == 204
    assert stored() == ["a\u2400\ufffd"]


def test_an_event_that_is_too_large_is_named(client: FlaskClient, new_event: New) -> None:
    large = new_event(payload={"text": "x" * 1_600_000})
    answer = client.post("/api/events", json=[new_event(), large])
    assert answer.status_code == 422
    assert answer.json is not None
    [detail] = answer.json["exception_detail"]
    assert detail["loc"] == ["body", 1]
    assert "too large" in detail["msg"]
    assert detail["input"] == large["id"]


def test_many_events_may_be_larger_together(client: FlaskClient, new_event: New) -> None:
    half = {"text": "x" * 1_000_000}
    events = [new_event(payload=half), new_event(payload=half)]
    assert client.post("/api/events", json=events).status_code == 204


@pytest.fixture
def failing_reader(app: Flask) -> Iterator[None]:
    def fail(session: Session, workspace: UUID, events: Sequence[Event], *, now: datetime) -> None:
        for event in events:
            if event.event == "poison":
                raise ValueError("a bug")

    app.extensions[service.READERS].append(fail)
    yield
    app.extensions[service.READERS].remove(fail)


@pytest.mark.usefixtures("failing_reader")
def test_an_event_that_is_left_out_is_not_answered_as_taken(
    client: FlaskClient, new_event: New
) -> None:
    events = [new_event(event="1"), new_event(event="poison"), new_event(event="2")]
    answer = client.post("/api/events", json=events)
    assert answer.status_code == 500
    assert stored() == ["1", "2"]


def test_a_plain_request_to_a_socket_is_told_to_upgrade(client: FlaskClient) -> None:
    answer = client.get("/api/events/in")
    assert answer.status_code == 426
    assert answer.headers["Upgrade"] == "websocket"
