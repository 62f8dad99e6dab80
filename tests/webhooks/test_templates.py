"""What the template of a webhook makes of a call."""

import json
from uuid import UUID

import pytest

from headwater.webhooks.routes.hooks import LARGEST

from .conftest import Call, Events, Make


def test_a_call_makes_the_event_of_a_template_that_is_the_same_for_all(
    make: Make, call: Call, made: Events
) -> None:
    webhook = make()

    response = call(webhook)

    assert (response.status_code, response.data) == (204, b"")
    (event,) = made()
    assert (event.event, event.resource_id) == ("backup.done", "backup")
    own = f"headwater.webhook.{webhook['id']}"
    assert [
        (one["prefect.resource.id"], one["prefect.resource.role"]) for one in event.related
    ] == [(own, "webhook")]


@pytest.mark.parametrize("depth", [250, 400, 900])
def test_what_is_nested_too_deeply_is_refused_and_nothing_kept(
    make: Make, call: Call, made: Events, depth: int
) -> None:
    text = '{"event": "a", "resource": {"prefect.resource.id": "a"}, "payload": {"b": {{ body }}}}'
    webhook = make(text)

    response = call(webhook, "[" * depth + "]" * depth, content_type="application/json")

    assert response.status_code == 422, response.text
    assert made() == []


def test_a_template_without_a_payload_tells_what_came_but_not_who_sent_it(
    make: Make, call: Call, made: Events
) -> None:
    call(make(), data=b'{"a": 1}', headers={"Cookie": "a=b", "X-Own": "yes"})

    (event,) = made()
    assert event.payload["body"] == {"a": 1}
    assert event.payload["headers"]["x-own"] == "yes"
    assert not {"authorization", "cookie"} & event.payload["headers"].keys()


def test_an_event_is_taken_up_to_a_size_in_bytes(make: Make, call: Call, made: Events) -> None:
    parts = ", ".join(f'"{name}": "{{{{ body }}}}"' for name in "abc")
    start = '{"event": "e", "resource": {"prefect.resource.id": "r"}, "payload": {'
    webhook = make(start + parts + "}}")

    response = call(webhook, ("語" * (LARGEST // 3)).encode())

    assert response.status_code == 422
    assert "the event is too large" in response.json["detail"]
    assert made() == []


def test_a_form_and_a_query_are_what_a_template_is_about(
    make: Make, call: Call, made: Events
) -> None:
    webhook = make(
        '{"event": "model.{{ query_params.kind }}", "resource": {'
        '"prefect.resource.id": "model.{{ body.model }}", "by": "{{ headers["X-By"] }}"}}'
    )

    call(webhook, {"model": "m1"}, query_string={"kind": "fresh"}, headers={"x-by": "ann"})

    (event,) = made()
    assert (event.event, event.resource_id) == ("model.fresh", "model.m1")
    assert event.resource["by"] == "ann"


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_json_is_taken_for_such_whatever_it_is_called(
    make: Make, call: Call, made: Events, kind: str
) -> None:
    webhook = make('{"event": "e", "resource": {"prefect.resource.id": "a.{{ body.a.b }}"}}')

    assert call(webhook, '{"a": {"b": 7}}', content_type=kind).status_code == 204

    assert made()[0].resource_id == "a.7"


def test_a_value_in_quotes_cannot_add_to_the_event(make: Make, call: Call, made: Events) -> None:
    webhook = make('{"event": "e", "resource": {"prefect.resource.id": "a.{{ body.name }}"}}')
    name = '", "own": "yes"}, "event": "other", "x": {"a": "\\'

    assert call(webhook, json.dumps({"name": name})).status_code == 204

    (event,) = made()
    assert (event.event, event.resource_id) == ("e", f"a.{name}")
    assert event.resource.keys() == {"prefect.resource.id"}


def test_a_value_without_quotes_cannot_say_anew_what_was_said(
    make: Make, call: Call, made: Events
) -> None:
    webhook = make('{"event": "e", "resource": {"prefect.resource.id": "a"}, "x": {{ body.x }}}')

    response = call(webhook, json.dumps({"x": '1, "event": "other"'}))

    assert response.status_code == 422
    assert "a key twice" in response.json["detail"]
    assert made() == []


@pytest.mark.parametrize(
    ("template", "body", "reason"),
    [
        ("{{ body }}", "no JSON", "the template makes no JSON"),
        ("[1]", "", "the template makes no JSON object"),
        ("{{ body.a.b }}", "{}", "has no attribute 'a'"),
        ('{"event": "e"}', "", "resource: Field required"),
        ('{"event": "e", "resource": {"a": "b"}}', "", "must include the prefect.resource.id"),
        ('{"event": "e", "resource": {"prefect.resource.id": "{{ body.id }}"}}', "{}", "non-empty"),
        ("{{ body|tojson }}", '{"event": "prefect.flow-run.Failed"}', "resource: Field required"),
        (
            "{{ body|tojson }}",
            '{"event": "prefect.x", "resource": {"prefect.resource.id": "r"}}',
            "would be taken for the server's own",
        ),
        (
            '{"event": "e", "resource": {"prefect.resource.id": "r"}, "related": 1}',
            "",
            "related: Input should be a valid list",
        ),
        (
            "{% for a in body %}{% for b in body %}{% endfor %}{% endfor %}{}",
            json.dumps([0] * 5000),
            "it does too much for a template",
        ),
        ("{{ body|from_cloud_event(headers) }}", "{}", "the CloudEvent has no specversion"),
    ],
)
def test_a_call_of_which_no_event_can_be_made_says_why(
    make: Make, call: Call, events: Events, made: Events, template: str, body: str, reason: str
) -> None:
    webhook = make(template)

    response = call(webhook, body)

    assert response.status_code == 422
    assert reason in response.json["detail"]
    assert made() == []
    failed = events()[-1]
    assert (failed.event, failed.payload["method"]) == ("headwater.webhook.failed", "POST")
    assert reason in failed.payload["reason"]


def test_an_event_may_have_the_id_and_the_time_that_its_template_gives(
    make: Make, call: Call, made: Events
) -> None:
    own, time = UUID(int=7), "2026-11-25T03:00:00+00:00"
    event = {"event": "e", "resource": {"prefect.resource.id": "r"}, "id": str(own)}

    call(make("{{ body|tojson }}"), json.dumps({**event, "occurred": time}))

    (kept,) = made()
    assert (kept.id, kept.occurred.isoformat()) == (own, time)


def test_what_no_database_keeps_is_shown_by_a_sign(make: Make, call: Call, made: Events) -> None:
    webhook = make(
        '{"event": "e", "resource": {"prefect.resource.id": "a.{{ body.x }}"}, '
        '"payload": {{ body|tojson }}}'
    )

    assert call(webhook, '{"x": "\\u0000\\ud800"}').status_code == 204

    (event,) = made()
    assert event.resource_id == "a.\u2400\ufffd"
    assert event.payload == {"x": "\u2400\ufffd"}
