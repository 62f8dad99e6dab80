"""Following events and logs over the sockets of a real server, with a real client."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import uuid4

import pytest
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

SOON = 20.0  # seconds
New = Callable[..., dict[str, Any]]
EVERYTHING = {"occurred": {"since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}}


class Server(Protocol):
    url: str
    log: str


@pytest.fixture
def enter(server: Server) -> Iterator[Callable[[str], ClientConnection]]:
    """Return what connects to a socket as the clients do, up to their filter."""
    clients: list[ClientConnection] = []

    def begin(path: str) -> ClientConnection:
        url = f"{server.url.replace('http', 'ws', 1)}/{path}/out"
        client = connect(url, subprotocols=["prefect"])
        clients.append(client)
        client.send(json.dumps({"type": "auth", "token": None}))
        assert json.loads(client.recv(SOON)) == {"type": "auth_success"}
        return client

    yield begin
    for client in clients:
        client.close()


def follow(client: ClientConnection, wanted: Any, **more: Any) -> None:
    client.send(json.dumps({"type": "filter", "filter": wanted, **more}))
    assert client.ping().wait(SOON)  # by now it follows


def ids(client: ClientConnection, count: int) -> list[str]:
    frames = [json.loads(client.recv(SOON)) for _ in range(count)]
    assert {frame["type"] for frame in frames} == {"event"}
    return [frame["event"]["id"] for frame in frames]


def tell(server: Server, *events: dict[str, Any]) -> None:
    assert requests.post(f"{server.url}/events", json=events, timeout=SOON).status_code == 204


@pytest.fixture
def new(new_event: New) -> New:
    """Return what makes an event of now, about a resource of this test alone."""
    own = f"prefect.flow-run.{uuid4()}"

    def make(**changes: Any) -> dict[str, Any]:
        resource = {"prefect.resource.id": own}
        return new_event(occurred=datetime.now(UTC).isoformat(), resource=resource) | changes

    return make


def of(event: dict[str, Any], **more: Any) -> dict[str, Any]:
    return EVERYTHING | {"resource": {"id": [event["resource"]["prefect.resource.id"]]}} | more


def test_what_occurred_lately_comes_first_and_then_what_comes(
    server: Server, enter: Any, new: New
) -> None:
    longer = (datetime.now(UTC) - timedelta(minutes=16)).isoformat()
    past, old, next_one = new(), new(occurred=longer), new()
    tell(server, past, old)

    client = enter("events")
    follow(client, of(past))
    tell(server, next_one)

    assert ids(client, 2) == [past["id"], next_one["id"]]


def test_who_wants_no_past_gets_none(server: Server, enter: Any, new: New) -> None:
    past, next_one = new(), new()
    tell(server, past)
    assert requests.post(f"{server.url}/events/filter", timeout=SOON).json()["total"]

    client = enter("events")
    follow(client, of(past, id={"id": [next_one["id"]]}), backfill=False)
    tell(server, next_one)

    assert ids(client, 1) == [next_one["id"]]


def test_news_are_those_that_the_filter_means(server: Server, enter: Any, new: New) -> None:
    related = {"prefect.resource.id": f"prefect.flow.{uuid4()}", "prefect.resource.role": "flow"}
    client = enter("events")
    follow(client, EVERYTHING | {"related": {"id": [related["prefect.resource.id"]]}})
    other, mine = new(), new(related=[related], payload={"a": [1, None, "é"]})

    tell(server, other, mine)

    frame = json.loads(client.recv(SOON))
    assert frame["event"]["id"] == mine["id"]
    assert frame["event"]["payload"] == mine["payload"]
    assert frame["event"].keys() == mine.keys() | {"received"}


def test_many_follow_and_each_gets_each_event_once(server: Server, enter: Any, new: New) -> None:
    events = [new() for _ in range(300)]
    clients = [enter("events") for _ in range(5)]
    for number, client in enumerate(clients):
        tell(server, *events[number * 20 : number * 20 + 20])
        # No ping: a client that does not read yet hears no answer to it.
        client.send(json.dumps({"type": "filter", "filter": of(events[0])}))
    tell(server, *events[100:])

    for client in clients:
        found = ids(client, 300)
        assert sorted(found) == sorted(event["id"] for event in events)


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("{", "Expected 'filter' message"),
        ("[]", "Expected 'filter' message"),
        ('{"type": "auth"}', "Expected 'filter' message"),
        ('{"type": "filter"}', "Invalid filter: 'filter'"),
        ('{"type": "filter", "filter": {"colour": 1}}', "Invalid filter: colour: Extra inputs"),
        ('{"type": "filter", "filter": {"id": {"id": ["\\ud800"]}}}', "Invalid filter: "),
    ],
)
@pytest.mark.parametrize("kind", ["events", "logs"])
def test_what_is_no_filter_is_told_why(enter: Any, kind: str, frame: str, reason: str) -> None:
    client = enter(kind)

    client.send(frame)

    with pytest.raises(ConnectionClosed) as caught:
        client.recv(SOON)
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1002
    assert caught.value.rcvd.reason.startswith(reason)


def line(run: str, level: int = 20) -> dict[str, Any]:
    known = {"name": "prefect.flow_runs", "timestamp": datetime.now(UTC).isoformat()}
    return {"flow_run_id": run, "level": level, "message": str(uuid4()), **known}


def test_lines_of_logs_come_as_they_are_written(server: Server, enter: Any) -> None:
    run = str(uuid4())
    past, other, low, first, second = (
        line(run),
        line(str(uuid4())),
        line(run, 10),
        line(run),
        line(run, 40),
    )
    requests.post(f"{server.url}/logs/", json=[past], timeout=SOON)
    client = enter("logs")
    follow(client, {"flow_run_id": {"any_": [run]}, "level": {"ge_": 20}})

    requests.post(f"{server.url}/logs/", json=[other, low, first], timeout=SOON)
    requests.post(f"{server.url}/logs/", json=[second], timeout=SOON)

    frames = [json.loads(client.recv(SOON)) for _ in range(2)]
    stored = requests.post(
        f"{server.url}/logs/filter",
        json={"logs": {"flow_run_id": {"any_": [run]}}},
        timeout=SOON,
    ).json()
    assert [frame["type"] for frame in frames] == ["log", "log"]
    messages = [first["message"], second["message"]]
    assert [frame["log"]["message"] for frame in frames] == messages
    assert [frame["log"] for frame in frames] == [
        one for one in stored if one["message"] in messages
    ]


def test_lines_come_after_others_were_deleted(server: Server, enter: Any) -> None:
    flow = requests.post(f"{server.url}/flows/", json={"name": "etl"}, timeout=SOON).json()["id"]
    run = requests.post(f"{server.url}/flow_runs/", json={"flow_id": flow}, timeout=SOON).json()
    lines = [line(run["id"]) for _ in range(5)]
    requests.post(f"{server.url}/logs/", json=lines, timeout=SOON)
    other = line(str(uuid4()))
    client = enter("logs")
    follow(client, {"flow_run_id": {"any_": [other["flow_run_id"]]}})

    address = f"{server.url}/flow_runs/{run['id']}"
    assert requests.delete(address, timeout=SOON).status_code == 204
    requests.post(f"{server.url}/logs/", json=[other], timeout=SOON)

    assert json.loads(client.recv(SOON))["log"]["message"] == other["message"]


def test_what_is_no_filter_of_logs_is_told_why(enter: Any) -> None:
    client = enter("logs")

    client.send('{"type": "filter", "filter": {"level": 1}}')

    with pytest.raises(ConnectionClosed) as caught:
        client.recv(SOON)
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1002
