"""Webhooks themselves: made, shown, changed, tried and taken away."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from .conftest import ROUTE, STATIC, Make

Events = Callable[[], list[SimpleNamespace]]
HIDDEN = {"token", "secret"}


def test_a_webhook_reads_back_as_it_was_made_without_what_is_secret(
    make: Make, client: FlaskClient
) -> None:
    made = make(description="of the nas", slug="nas")

    assert made["token"].startswith("hwh_")
    assert made["url"] == "http://127.0.0.1:4200/hooks/nas"
    shown = {name: value for name, value in made.items() if name not in HIDDEN}
    assert client.get(f"{ROUTE}/{made['id']}").json == shown
    assert client.post(f"{ROUTE}/filter", json={}).json == [shown]


@pytest.mark.parametrize(
    ("name", "slug"), [("Nightly backup", "nightly-backup"), ("Größe 2 / x", "grosse-2-x")]
)
def test_a_slug_is_made_of_the_name(make: Make, name: str, slug: str) -> None:
    assert make(name=name)["slug"] == slug.replace("grosse", "groe")


def test_webhooks_are_listed_by_name_page_by_page(make: Make, client: FlaskClient) -> None:
    for name in ("b", "a", "c"):
        make(name=name)

    def names(**page: int) -> list[str]:
        return [one["name"] for one in client.post(f"{ROUTE}/filter", json=page).json]

    assert (names(), names(limit=1, offset=1)) == (["a", "b", "c"], ["b"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"template": "{{ body"}, "line 1: unexpected end of template"),
        ({"template": "{{ body | nothing }}"}, "No filter named 'nothing'"),
        ({"template": "{% set a = 1 %}{}"}, "assign is not for templates here"),
        ({"template": "x" * 10_001}, "a template has 10000 characters at most"),
        ({"template": ""}, "should have at least 1"),
        ({"slug": "A"}, "must be lower-case letters, digits and single dashes"),
        ({"slug": "a--b"}, "must be lower-case letters, digits and single dashes"),
        ({"slug": "a" * 65}, "at most 64"),
        ({"name": ""}, "should have at least 1"),
        ({"colour": 1}, "Extra inputs are not permitted"),
    ],
)
def test_what_no_webhook_can_be_is_refused(
    client: FlaskClient, change: dict[str, Any], reason: str
) -> None:
    response = client.post(f"{ROUTE}/", json={"name": "a", "template": STATIC, **change})

    assert response.status_code == 422
    assert reason in response.text


def test_a_name_of_which_no_slug_can_be_made_is_refused(client: FlaskClient) -> None:
    response = client.post(f"{ROUTE}/", json={"name": "!", "template": STATIC})

    assert response.status_code == 422
    assert response.json == {"detail": "No slug can be made of the name '!': give one."}


@pytest.mark.parametrize("other", [{"name": "a"}, {"name": "b", "slug": "a"}])
def test_a_name_and_a_slug_are_taken_once(
    make: Make, client: FlaskClient, other: dict[str, str]
) -> None:
    make(name="a")

    response = client.post(f"{ROUTE}/", json={"template": STATIC, **other})

    assert response.status_code == 409
    assert "already exists" in response.json["detail"]


def test_what_is_absent_from_a_change_stays(make: Make, client: FlaskClient) -> None:
    made = make(description="x")

    changed = client.patch(f"{ROUTE}/{made['id']}", json={"name": "other"}).json

    assert (changed["name"], changed["description"]) == ("other", "x")
    assert (changed["slug"], changed["template"]) == (made["slug"], made["template"])
    assert (changed["token"], changed["secret"]) == (None, None)


def test_a_webhook_cannot_take_the_name_of_another(make: Make, client: FlaskClient) -> None:
    make(name="a")
    other = make(name="b")

    response = client.patch(f"{ROUTE}/{other['id']}", json={"name": "a"})

    assert response.status_code == 409
    assert client.get(f"{ROUTE}/{other['id']}").json["name"] == "b"


def test_what_becomes_of_a_webhook_is_told_in_events(
    make: Make, client: FlaskClient, events: Events
) -> None:
    made = make()
    address = f"{ROUTE}/{made['id']}"

    client.patch(address, json={"description": "x"})
    for enabled in (False, False, True):
        client.patch(address, json={"enabled": enabled})
    client.post(f"{address}/rotate")
    assert client.delete(address).status_code == 204

    told = [one.event.removeprefix("headwater.webhook.") for one in events()]
    assert told == ["created", "updated", "paused", "resumed", "rotated", "deleted"]
    assert {one.resource_id for one in events()} == {f"headwater.webhook.{made['id']}"}
    assert made["token"] not in str(events())


def test_a_webhook_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    address = f"{ROUTE}/{uuid4()}"

    answers = [
        client.get(address),
        client.patch(address, json={"name": "a"}),
        client.post(f"{address}/rotate"),
        client.post(f"{address}/test", json={}),
        client.delete(address),
    ]

    assert {(one.status_code, one.json["detail"]) for one in answers} == {
        (404, "Webhook not found.")
    }


def test_a_call_that_is_tried_shows_its_event_and_keeps_none(
    make: Make, client: FlaskClient, events: Events
) -> None:
    made = make('{"event": "{{ method }}", "resource": {"prefect.resource.id": "{{ body.a }}"}}')
    before = len(events())
    told = {"method": "PUT", "headers": {"Idempotency-Key": "1"}, "body": '{"a": 7}'}

    tried = client.post(f"{ROUTE}/{made['id']}/test", json=told).json

    assert tried["fault"] is None
    assert tried["event"]["event"] == "PUT"
    assert tried["event"]["resource"] == {"prefect.resource.id": "7"}
    assert len(events()) == before


def test_a_call_is_tried_with_numbers_of_any_size(make: Make, client: FlaskClient) -> None:
    number = 10**30

    tried = client.post(f"{ROUTE}/{make()['id']}/test", json={"body": f'{{"a": {number}}}'})

    assert tried.status_code == 200
    assert tried.json["event"]["payload"]["body"] == {"a": number}


def test_another_template_may_be_tried_and_says_what_is_wrong_with_it(
    make: Make, client: FlaskClient
) -> None:
    address = f"{ROUTE}/{make()['id']}/test"

    tried = client.post(address, json={"template": "{{ body }}", "body": "x"}).json

    assert tried["event"] is None
    assert tried["fault"].startswith("the template makes no JSON")
    assert client.post(address, json={"template": "{{"}).status_code == 422
