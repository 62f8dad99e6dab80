"""CloudEvents that come to the address of a webhook."""

import json
from typing import Any

import pytest

from .conftest import Call, Events, Make


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


def test_a_batch_is_no_matter_to_a_template_that_asks_for_no_cloud_event(
    make: Make, call: Call, made: Events
) -> None:
    assert call(make(), "[]", content_type="application/cloudevents-batch+json").status_code == 204
    assert len(made()) == 1
