"""What is taken as an event, and in which words the rest is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from headwater.events.schemas import Event, OldEvent, parse_event

New = Callable[..., dict[str, Any]]
ROLE = {"prefect.resource.id": "a", "prefect.resource.role": "tag"}


def labels(count: int) -> dict[str, str]:
    return {"prefect.resource.id": "a"} | {str(number): "" for number in range(count - 1)}


@pytest.mark.parametrize(
    "changes",
    [
        {"event": ""},
        {"event": "x" * 1024},
        {"resource": labels(500)},
        {"related": [ROLE] * 100},
        {"occurred": "1970-01-01"},
        {"occurred": "2026-11-25 02:51:24"},
        {"received": "2026-11-25T02:51:24Z", "unknown": 1},
    ],
)
def test_events_within_the_limits_are_taken(new_event: New, changes: dict[str, Any]) -> None:
    parse_event(json.dumps(new_event(**changes)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"event": "x" * 1025}, "Event name must be at most 1024 characters"),
        ({"resource": {}}, "Resources must include the prefect.resource.id label"),
        (
            {"resource": {"prefect.resource.id": ""}},
            "The prefect.resource.id label must be non-empty",
        ),
        ({"resource": labels(501)}, "The maximum number of labels per resource is 500"),
        (
            {"related": [{"prefect.resource.id": "a"}]},
            "Related Resources must include the prefect.resource.role label",
        ),
        (
            {"related": [ROLE | {"prefect.resource.role": ""}]},
            "The prefect.resource.role label must be non-empty",
        ),
        ({"related": [ROLE] * 101}, "The maximum number of related resources is 100"),
        ({"resource": labels(1) | {"n": 1}}, "Input should be a valid string"),
        ({"id": None}, "UUID input should be a string, bytes or UUID object"),
        ({"occurred": "0001-01-01T00:00:00+14:00"}, "is out of range"),
    ],
)
def test_what_is_over_them_is_refused_in_the_servers_words(
    new_event: New, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        parse_event(json.dumps(new_event(**changes)))
    assert caught.value.errors()[0]["msg"].removeprefix("Value error, ") == words


@pytest.mark.parametrize(
    "changes",
    [{"event": "x" * 1025}, {"related": [ROLE] * 500}, {"resource": labels(1) | {"n": 1}}],
)
def test_the_older_clients_have_wider_limits(new_event: New, changes: dict[str, Any]) -> None:
    parse_event(json.dumps(new_event(**changes)), OldEvent)


def test_signs_that_no_database_takes_are_shown(new_event: New) -> None:
    sent = new_event(
        event="a\0b\ud800",
        resource={"prefect.resource.id": "x\udfff", "l\0": "\ud800\0"},
        payload={"\ud800": ["\0", {"deep": "\udc00 ü \U0001f600"}]},
    )
    event = parse_event(json.dumps(sent))
    assert event.event == "a\u2400b\ufffd"
    assert event.resource == {"prefect.resource.id": "x\ufffd", "l\u2400": "\ufffd\u2400"}
    assert event.payload == {"\ufffd": ["\u2400", {"deep": "\ufffd ü \U0001f600"}]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        '{"a": "\\ud800"',
        '"\\ud800',
        '{"\\ud800":' * 1000,
        '{"\\u0041":' + "[" * 100_000,
    ],
)
def test_what_is_no_json_stays_refused(text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        parse_event(text)
    assert caught.value.errors()[0]["type"] == "json_invalid"


@pytest.mark.parametrize("depth", [199, 250, 400, 900])
def test_a_deep_payload_with_a_lone_surrogate_is_refused_not_fatal(
    new_event: New, depth: int
) -> None:
    text = json.dumps(new_event(payload={"a": "HERE"}))
    text = text.replace('"HERE"', '["\\ud800",' * depth + "1" + "]" * depth)
    with pytest.raises(ValidationError):
        parse_event(text)


def test_an_event_knows_its_related_by_role(new_event: New) -> None:
    event = Event.model_validate(new_event(related=[ROLE]))
    assert event.related_id("tag") == "a"
    assert event.related_id("flow") is None
