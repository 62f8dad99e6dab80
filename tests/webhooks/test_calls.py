"""What comes to the address of a webhook: who is let in, and what is kept of it."""

import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from headwater.app import create_app
from headwater.settings import Settings
from headwater.webhooks.routes.hooks import LARGEST

from .conftest import ROUTE, STATIC, Call, Make

Events = Callable[[], list[SimpleNamespace]]


@pytest.fixture
def made(events: Events) -> Events:
    """Return what reads the events that calls made, without those about webhooks."""

    def read() -> list[SimpleNamespace]:
        return [one for one in events() if not one.event.startswith("headwater.")]

    return read


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


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_each_method_is_taken_and_told(make: Make, call: Call, made: Events, method: str) -> None:
    webhook = make()

    assert call(webhook, method=method).status_code == 204
    assert made()[0].payload["method"] == method


def test_a_template_without_a_payload_tells_what_came_but_not_who_sent_it(
    make: Make, call: Call, made: Events
) -> None:
    call(make(), data=b'{"a": 1}', headers={"Cookie": "a=b", "X-Own": "yes"})

    (event,) = made()
    assert event.payload["body"] == {"a": 1}
    assert event.payload["headers"]["x-own"] == "yes"
    assert not {"authorization", "cookie"} & event.payload["headers"].keys()


def test_a_token_is_taken_at_the_end_of_the_address_and_as_a_password(
    make: Make, client: FlaskClient, made: Events
) -> None:
    webhook = make()
    password = b64encode(f"anyone:{webhook['token']}".encode()).decode()

    by_path = client.post(f"/hooks/{webhook['slug']}/{webhook['token']}")
    by_password = client.post(
        f"/hooks/{webhook['slug']}", headers={"Authorization": f"Basic {password}"}
    )

    assert (by_path.status_code, by_password.status_code) == (204, 204)
    assert len(made()) == 2


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer hwh_wrong", "Basic !!!", "Basic aGk=", "Bearer \xe9"]
)
def test_another_token_is_refused_and_nothing_kept(
    make: Make, call: Call, events: Events, authorization: str
) -> None:
    webhook = make()
    before = len(events())

    response = call(webhook, headers={"Authorization": authorization})

    assert response.status_code == 401
    assert response.json == {"detail": "The token of the webhook is missing or wrong."}
    assert len(events()) == before


def test_an_address_that_is_none_is_told_in_json(client: FlaskClient) -> None:
    response = client.post("/hooks/nowhere/token")

    assert response.status_code == 404
    assert response.json == {"detail": "There is no webhook at this address."}


def test_a_paused_webhook_takes_no_call_until_it_is_resumed(
    make: Make, call: Call, client: FlaskClient, made: Events
) -> None:
    webhook = make()
    address = f"{ROUTE}/{webhook['id']}"

    client.patch(address, json={"enabled": False})
    refused = call(webhook)
    client.patch(address, json={"enabled": True})

    assert (refused.status_code, refused.json) == (403, {"detail": "The webhook is paused."})
    assert call(webhook).status_code == 204
    assert len(made()) == 1


def test_a_rotated_token_is_void_at_once(make: Make, call: Call, client: FlaskClient) -> None:
    webhook = make()

    rotated = client.post(f"{ROUTE}/{webhook['id']}/rotate").json

    assert call(webhook).status_code == 401
    assert call(rotated).status_code == 204


def test_a_body_is_taken_up_to_a_size(make: Make, call: Call, events: Events) -> None:
    webhook = make('{"event": "e", "resource": {"prefect.resource.id": "r"}, "payload": {}}')

    assert call(webhook, data=b"x" * LARGEST).status_code == 204
    before = len(events())
    assert call(webhook, data=b"x" * (LARGEST + 1)).status_code == 413
    assert len(events()) == before


def test_an_event_is_taken_up_to_a_size_in_bytes(make: Make, call: Call, made: Events) -> None:
    parts = ", ".join(f'"{name}": "{{{{ body }}}}"' for name in "abc")
    start = '{"event": "e", "resource": {"prefect.resource.id": "r"}, "payload": {'
    webhook = make(start + parts + "}}")

    response = call(webhook, ("語" * (LARGEST // 3)).encode())

    assert response.status_code == 422
    assert "the event is too large" in response.json["detail"]
    assert made() == []


def test_a_call_of_another_sites_page_or_form_is_let_in_by_its_token(
    make: Make, call: Call
) -> None:
    headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}

    assert call(make(), headers=headers).status_code == 204


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


@pytest.mark.parametrize("header", ["Idempotency-Key", "webhook-id"])
def test_what_is_told_twice_under_one_key_is_kept_once(
    make: Make, call: Call, made: Events, header: str
) -> None:
    one, other = make(), make(name="other")

    answers = [call(one, headers={header: key}).status_code for key in ("a", "a", "b")]
    answers.append(call(other, headers={header: "a"}).status_code)

    assert answers == [204] * 4
    assert len(made()) == 3


def test_a_call_that_failed_may_come_again_under_its_key(
    make: Make, call: Call, client: FlaskClient, made: Events
) -> None:
    webhook = make("{{ body }}")
    again = {"headers": {"Idempotency-Key": "a"}}

    assert call(webhook, "x", **again).status_code == 422
    client.patch(f"{ROUTE}/{webhook['id']}", json={"template": STATIC})
    assert call(webhook, "x", **again).status_code == 204
    assert len(made()) == 1


def test_an_event_may_have_the_id_and_the_time_that_its_template_gives(
    make: Make, call: Call, made: Events
) -> None:
    own, time = UUID(int=7), "2026-11-25T03:00:00+00:00"
    event = {"event": "e", "resource": {"prefect.resource.id": "r"}, "id": str(own)}

    call(make("{{ body|tojson }}"), json.dumps({**event, "occurred": time}))

    (kept,) = made()
    assert (kept.id, kept.occurred.isoformat()) == (own, time)


def cloud_event(**more: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "17",
        "source": "/orders",
        "type": "order.placed",
        "time": "2026-11-25T03:00:00Z",
        **more,
    }


def test_a_cloud_event_that_is_whole_in_the_body_makes_an_event(
    make: Make, call: Call, made: Events
) -> None:
    webhook = make("{{ body|from_cloud_event(headers) }}")
    told = cloud_event(subject="order/9", data={"sum": 3})

    for _ in range(2):
        response = call(
            webhook, json.dumps(told), content_type="application/cloudevents+json; charset=utf-8"
        )
        assert response.status_code == 204

    (event,) = made()
    assert (event.event, event.resource_id) == ("order.placed", "order/9")
    assert event.occurred.isoformat() == "2026-11-25T03:00:00+00:00"
    attributes = {name: one for name, one in told.items() if name != "data"}
    assert event.payload == {"data": {"sum": 3}, "cloudevents": attributes}


def test_a_cloud_event_with_its_attributes_in_headers_makes_an_event(
    make: Make, call: Call, made: Events
) -> None:
    webhook = make("{{ body|from_cloud_event(headers) }}")
    headers = {f"ce-{name}": value for name, value in cloud_event(source="/or%20ders").items()}

    for id_ in ("17", "17", "18"):
        call(webhook, '{"sum": 3}', headers={**headers, "ce-id": id_})

    first, second = made()
    assert (first.event, first.resource_id) == ("order.placed", "/or ders")
    assert first.payload["data"] == {"sum": 3}
    assert (first.payload["cloudevents"]["id"], second.payload["cloudevents"]["id"]) == ("17", "18")


def test_cloud_events_of_one_id_and_two_sources_are_two(
    make: Make, call: Call, made: Events
) -> None:
    webhook = make("{{ body|from_cloud_event(headers) }}")

    for source in ("/a", "/b"):
        call(webhook, json.dumps(cloud_event(source=source)))

    assert len(made()) == 2


@pytest.mark.parametrize(("data", "kept"), [("aGk=", "hi"), ("/w==", "/w==")])
def test_data_of_a_cloud_event_in_base64_is_kept_as_text_where_it_is_one(
    make: Make, call: Call, made: Events, data: str, kept: str
) -> None:
    call(make("{{ body|from_cloud_event(headers) }}"), json.dumps(cloud_event(data_base64=data)))

    assert made()[0].payload["data"] == kept


def test_a_batch_of_cloud_events_is_refused(make: Make, call: Call, made: Events) -> None:
    response = call(
        make("{{ body|from_cloud_event(headers) }}"),
        json.dumps([cloud_event()]),
        content_type="application/cloudevents-batch+json",
    )

    assert response.status_code == 422
    assert "send each by itself" in response.json["detail"]
    assert made() == []


def test_a_sender_that_asks_first_is_told_that_it_may(make: Make, call: Call) -> None:
    webhook = make()
    asks = {"WebHook-Request-Origin": "eventgrid.example"}

    answer = call(webhook, method="OPTIONS", headers=asks)

    assert answer.status_code == 204
    assert answer.headers["WebHook-Allowed-Origin"] == "eventgrid.example"
    assert "POST" in answer.headers["Allow"]
    assert call({**webhook, "token": "x"}, method="OPTIONS", headers=asks).status_code == 401


def test_who_asks_for_the_head_of_an_address_tells_nothing(
    make: Make, call: Call, events: Events
) -> None:
    webhook = make()
    before = len(events())

    assert call(webhook, method="HEAD").status_code == 204
    assert call({**webhook, "token": "x"}, method="HEAD").status_code == 401
    assert len(events()) == before


def test_a_batch_is_no_matter_to_a_template_that_asks_for_no_cloud_event(
    make: Make, call: Call, made: Events
) -> None:
    assert call(make(), "[]", content_type="application/cloudevents-batch+json").status_code == 204
    assert len(made()) == 1


def test_what_no_database_keeps_is_shown_by_a_sign(make: Make, call: Call, made: Events) -> None:
    webhook = make(
        '{"event": "e", "resource": {"prefect.resource.id": "a.{{ body.x }}"}, '
        '"payload": {{ body|tojson }}}'
    )

    assert call(webhook, '{"x": "\\u0000\\ud800"}').status_code == 204

    (event,) = made()
    assert event.resource_id == "a.\u2400\ufffd"
    assert event.payload == {"x": "\u2400\ufffd"}


def test_a_call_takes_two_statements(make: Make, call: Call, statements: list[str]) -> None:
    webhook = make()
    statements.clear()

    call(webhook)

    assert len(statements) == 2


def test_a_token_in_the_address_of_a_call_that_fails_is_not_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(
        Settings.load(api_database_connection_url=f"sqlite:///{tmp_path}/nowhere/x.db")
    )

    response = app.test_client().post("/hooks/nas/hwh_secret")

    assert response.status_code == 503
    assert "POST /hooks/nas/***: " in caplog.text
    assert "hwh_secret" not in caplog.text
