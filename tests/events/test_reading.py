"""What clients ask of the event log over HTTP."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from headwater.events.queries.reading import CHUNK

NOW = datetime.now(UTC).replace(microsecond=0)
AGO = timedelta(hours=1)
Post = Callable[..., Any]


def told(number: int, name: str, resource: str, **more: Any) -> dict[str, Any]:
    labels = {"prefect.resource.id": resource} | more.pop("labels", {})
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "occurred": (NOW - AGO + timedelta(seconds=number)).isoformat(),
        "event": name,
        "resource": labels,
        "related": [],
        "payload": {"n": number},
        **more,
    }


EVENTS = [
    told(1, "a.one", "x.1", labels={"prefect.resource.name": "first"}),
    told(2, "a.two", "x.2", related=[{"prefect.resource.id": "y.1", "prefect.resource.role": "r"}]),
    told(3, "b.one", "x.1", labels={"prefect.resource.name": "later", "colour": "red"}),
    told(4, "A.one", "x_1", payload={"words": "Hello there"}),
]
NO_TIME = json.dumps({"filter": {}, "count": 1, "page_size": 1, "offset": 0}).encode()


@pytest.fixture
def find(client: FlaskClient) -> Post:
    """Return what posts a filter of the log, in which EVENTS are, and returns its numbers."""
    assert client.post("/api/events", json=EVENTS).status_code == 204

    def post(wanted: Any, **more: Any) -> list[int]:
        body = {"filter": wanted, **more}
        response = client.post("/api/events/filter", json=body)
        assert response.status_code == 200, response.json
        found = [int(event["id"][-12:]) for event in response.json["events"]]
        assert response.json["total"] >= len(found)
        return found

    return post


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (None, [4, 3, 2, 1]),
        ({"order": "ASC"}, [1, 2, 3, 4]),
        ({"event": {"prefix": ["a."]}}, [2, 1]),
        ({"event": {"prefix": ["_"]}}, []),
        ({"event": {"name": ["a.one", "b.one"]}}, [3, 1]),
        ({"event": {"exclude_prefix": ["a."], "exclude_name": ["b.one"]}}, [4]),
        ({"resource": {"id": ["x.1"]}}, [3, 1]),
        ({"resource": {"id_prefix": ["x_"]}}, [4]),
        ({"resource": {"id_prefix": ["x"], "distinct": True}}, [4, 3, 2]),
        ({"resource": {"distinct": True}, "order": "ASC"}, [1, 2, 4]),
        ({"resource": {"labels": {"colour": "r*"}}}, [3]),
        ({"related": {"id": ["y.1"]}}, [2]),
        ({"related": {"role": [""], "id": ["x.1"]}}, [3, 1]),
        ({"any_resource": {"id": ["y.1", "x_1"]}}, [4, 2]),
        ({"any_resource": {"id": ["y%1"]}}, []),
        ({"any_resource": {"id_prefix": ["y", "x_"]}}, [4, 2]),
        ({"related": {"id": []}}, [4, 3, 2, 1]),
        ({"related": {"id": ["y" * 99_999]}}, []),
        ({"text": {"query": "hello"}}, [4]),
        ({"id": {"id": [EVENTS[2]["id"]]}}, [3]),
        ({"occurred": {"since": EVENTS[1]["occurred"], "until": EVENTS[2]["occurred"]}}, [3, 2]),
        ({"occurred": {"since": NOW.isoformat()}}, []),
    ],
)
def test_events_are_found(find: Post, wanted: Any, found: list[int]) -> None:
    assert find(wanted) == found


def test_an_event_reads_back_as_it_was_told(client: FlaskClient, find: Post) -> None:
    assert find({"id": {"id": [EVENTS[1]["id"]]}}) == [2]
    (event,) = client.post(
        "/api/events/filter", json={"limit": 1, "filter": {"order": "ASC"}}
    ).json["events"]

    known = {name: value for name, value in EVENTS[0].items() if name != "occurred"}
    assert event == event | known
    assert event["follows"] is None
    assert datetime.fromisoformat(event["occurred"]) == datetime.fromisoformat(
        EVENTS[0]["occurred"]
    )


@pytest.mark.parametrize("wanted", [{}, {"any_resource": {"id_prefix": ["x"]}}])
def test_pages_follow_each_other(client: FlaskClient, find: Post, wanted: Any) -> None:
    body = {"filter": wanted, "limit": 3}
    first = client.post("/api/events/filter", json=body).json
    late = told(9, "late", "x.9", occurred=(NOW + AGO).isoformat())
    client.post("/api/events", json=[late])

    address = urlsplit(first["next_page"])
    last = client.get(f"{address.path}?{address.query}").json

    assert address.path == "/api/events/filter/next"
    assert (first["total"], last["total"], last["next_page"]) == (4, 4, None)
    numbers = [event["payload"].get("n") for event in first["events"] + last["events"]]
    assert numbers == [None, 3, 2, 1]


@pytest.mark.parametrize(
    "token", ["", "x", "!", *(base64.b64encode(one).decode() for one in (b"{}", b"[1]", NO_TIME))]
)
def test_a_token_that_nobody_gave_is_refused(client: FlaskClient, token: str) -> None:
    response = client.get("/api/events/filter/next", query_string={"page-token": token})

    assert (response.status_code, response.json) == (403, {"detail": "Forbidden"})


def test_a_next_page_needs_a_token(client: FlaskClient) -> None:
    assert client.get("/api/events/filter/next").status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 51},
        {"limit": -1},
        {"filter": {"colour": 1}},
        {"filter": {"order": "asc"}},
        {"filter": {"text": {"query": "x" * 201}}},
        {"filter": {"resource": {"labels": {"a": {}}}}},
        {"filter": {"resource": {"labels": {"a": "x" * 1001}}}},
        {"filter": {"event": {"name": ["\0"]}}},
    ],
)
def test_what_is_no_filter_is_refused(client: FlaskClient, body: Any) -> None:
    response = client.post("/api/events/filter", data=json.dumps(body))

    assert response.status_code == 422
    assert response.json["exception_detail"][0]["loc"][1] in body


@pytest.mark.parametrize("sign", ['"', "\\", "%", "é", "'"])
def test_a_related_resource_is_found_whatever_its_id(client: FlaskClient, sign: str) -> None:
    related = {"prefect.resource.id": f"y{sign}1", "prefect.resource.role": "r"}
    client.post("/api/events", json=[told(1, "a", "x", related=[related]), EVENTS[1]])

    for wanted in ({"related": {"id": [f"y{sign}1"]}}, {"any_resource": {"id": [f"y{sign}1"]}}):
        assert client.post("/api/events/filter", json={"filter": wanted}).json["total"] == 1


@pytest.mark.parametrize("order", ["ASC", "DESC"])
def test_what_is_looked_at_may_be_more_than_is_read_at_once(
    client: FlaskClient, order: str
) -> None:
    many = [told(number // 2, "a", "x") for number in range(CHUNK + 100)]
    events = [one | {"id": str(UUID(int=number))} for number, one in enumerate(many)]
    client.post("/api/events", json=events)

    def page(response: Any) -> tuple[list[int], str | None]:
        numbers = [UUID(one["id"]).int for one in response.json["events"]]
        assert response.json["total"] == len(events)
        return numbers, response.json["next_page"]

    wanted = {"order": order, "text": {"query": "n"}}
    numbers, address = page(client.post("/api/events/filter", json={"filter": wanted}))
    while address:
        more, address = page(client.get(address))
        numbers += more

    expected = list(range(len(events)))
    assert numbers == (expected if order == "ASC" else expected[::-1])


def test_a_page_of_no_events_has_their_number(client: FlaskClient, find: Post) -> None:
    page = client.post("/api/events/filter", json={"limit": 0}).json

    assert (page["events"], page["total"]) == ([], 4)


def count(client: FlaskClient, countable: str, **body: Any) -> Any:
    response = client.post(f"/api/events/count-by/{countable}", json={"filter": {}} | body)
    assert response.status_code == 200, response.json
    return response.json


def test_events_are_counted_by_name_and_resource(client: FlaskClient, find: Post) -> None:
    by_name = count(client, "event")
    by_resource = count(client, "resource")

    assert [(one["label"], one["count"]) for one in by_name] == [
        ("A.one", 1),
        ("a.one", 1),
        ("a.two", 1),
        ("b.one", 1),
    ]
    assert [(one["value"], one["label"], one["count"]) for one in by_resource] == [
        ("x.1", "later", 2),
        ("x.2", "x.2", 1),
        ("x_1", "x_1", 1),
    ]
    first, last = (
        datetime.fromisoformat(by_resource[0][f"{end}_time"]) for end in ("start", "end")
    )
    assert last - first == timedelta(seconds=2)


def test_events_are_counted_by_time(client: FlaskClient, find: Post) -> None:
    since, until = NOW - AGO, NOW - AGO + timedelta(seconds=9)
    occurred = {"since": since.isoformat(), "until": until.isoformat()}

    counts = count(client, "time", filter={"occurred": occurred}, time_unit="second")

    assert [one["count"] for one in counts] == [0, 1, 1, 1, 1, 0, 0, 0, 0, 0]
    assert [one["value"] for one in counts] == [*"0123456789"]
    assert counts[0]["label"] == since.isoformat()


def test_days_are_counted_whatever_the_unit(client: FlaskClient, find: Post) -> None:
    counts = count(client, "day", time_unit="second")

    assert len(counts) == 181
    assert sum(one["count"] for one in counts) == 4


def test_too_many_intervals_are_refused(client: FlaskClient) -> None:
    body = {"filter": {}, "time_unit": "minute"}
    for countable in ("time", "event", "resource"):
        response = client.post(f"/api/events/count-by/{countable}", json=body)
        assert response.status_code == 422
        assert "buckets, which is too many" in response.json["detail"]


def test_an_end_before_the_beginning_finds_nothing(client: FlaskClient, find: Post) -> None:
    occurred = {"since": NOW.isoformat(), "until": (NOW - AGO).isoformat()}

    assert find({"occurred": occurred}) == []
    assert [one["count"] for one in count(client, "time", filter={"occurred": occurred})] == [0]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_cannot_be_counted_is_not_there(client: FlaskClient, method: str) -> None:
    response = client.open("/api/events/count-by/colour", method=method, json={"filter": {}})

    assert response.status_code in (404, 405)
