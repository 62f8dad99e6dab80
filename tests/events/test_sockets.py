"""The socket /api/events/in of a real server, with a real client."""

import asyncio
import json
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, closing
from typing import Any, Protocol
from uuid import UUID, uuid4

import pytest
import requests
from websockets.asyncio.client import connect as connect_later
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

New = Callable[..., dict[str, Any]]
SOON = 20.0  # seconds
AUTH = json.dumps({"type": "auth", "token": None})


class Server(Protocol):
    url: str
    socket_url: str
    log: str

    def stored(self) -> list[UUID]: ...
    def answers(self) -> bool: ...
    def kill_workers(self) -> None: ...
    def terminate(self) -> None: ...
    def stop(self) -> int: ...


def enter(server: Server, **options: Any) -> ClientConnection:
    """Connect as a 3.x client does."""
    client = connect(server.socket_url, subprotocols=["prefect"], **options)
    assert client.subprotocol == "prefect"
    assert client.ping().wait(SOON)  # theirs asks before it says who it is
    client.send(AUTH)
    assert json.loads(client.recv(SOON)) == {"type": "auth_success"}
    return client


def send(client: ClientConnection, events: Sequence[dict[str, Any]]) -> None:
    for event in events:
        client.send(json.dumps(event))


def confirm(client: ClientConnection) -> None:
    assert client.ping().wait(SOON)


def kept(server: Server, events: Sequence[dict[str, Any]]) -> list[str]:
    """Return the ids of those of *events* that are in the log, in its order."""
    ids = {event["id"] for event in events}
    return [str(stored) for stored in server.stored() if str(stored) in ids]


def post(server: Server, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = requests.post(f"{server.url}{path}", json=body, timeout=SOON)
    assert answer.ok, answer.text
    made: dict[str, Any] = answer.json()
    return made


def ids_of(events: Sequence[dict[str, Any]]) -> list[str]:
    return [event["id"] for event in events]


def closed(client: ClientConnection) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as caught:
        client.recv(SOON)
    assert caught.value.rcvd is not None
    return caught.value.rcvd.code, caught.value.rcvd.reason


def test_what_was_sent_before_a_pong_is_stored(server: Server, new_event: New) -> None:
    with enter(server) as client:
        for count in (1, 10, 1500):
            events = [new_event() for _ in range(count)]
            send(client, events)
            confirm(client)
            assert kept(server, events) == ids_of(events)


def test_a_task_run_can_be_read_once_its_events_are_confirmed(
    server: Server, new_event: New
) -> None:
    flow = post(server, "/flows/", {"name": "told"})
    run = post(server, "/flow_runs/", {"flow_id": flow["id"], "state": {"type": "RUNNING"}})
    task_run_id = str(uuid4())
    events = [
        new_event(
            event=f"prefect.task-run.{state.title()}",
            occurred=f"2026-11-25T02:51:2{second}Z",
            resource={
                "prefect.resource.id": f"prefect.task-run.{task_run_id}",
                "prefect.orchestration": "client",
            },
            related=[
                {
                    "prefect.resource.id": f"prefect.flow-run.{run['id']}",
                    "prefect.resource.role": "flow-run",
                }
            ],
            payload={
                "validated_state": {"type": state, "name": state.title()},
                "task_run": {"name": "told-0", "task_key": "told", "dynamic_key": task_run_id},
            },
        )
        for second, state in enumerate(["PENDING", "RUNNING", "COMPLETED"])
    ]
    with enter(server) as client:
        send(client, events[::-1])
        confirm(client)
        answer = requests.get(f"{server.url}/task_runs/{task_run_id}", timeout=SOON)
    assert answer.status_code == 200
    assert answer.json()["state"]["name"] == "Completed"
    assert answer.json()["state_id"] == events[2]["id"]
    assert answer.json()["name"] == "told-0"


def test_a_single_event_is_confirmed_within_250_ms(server: Server, new_event: New) -> None:
    with enter(server) as client:
        waits = []
        for _ in range(5):
            begun = time.monotonic()
            send(client, [new_event()])
            confirm(client)
            waits.append(time.monotonic() - begun)
        assert min(waits) < 0.25  # the machine may be busy with something else now and then


def test_what_is_sent_again_after_a_lost_connection_is_kept_once(
    server: Server, new_event: New
) -> None:
    events = [new_event() for _ in range(100)]
    with enter(server) as client:
        send(client, events[:60])
        client.socket.shutdown(socket.SHUT_RDWR)
    with enter(server) as client:
        send(client, events[::-1])
        confirm(client)
    assert sorted(kept(server, events)) == sorted(ids_of(events))


def test_two_connections_may_send_the_same_at_once(server: Server, new_event: New) -> None:
    events = [new_event() for _ in range(400)]
    with enter(server) as one, enter(server) as two:
        for forward, backward in zip(events, reversed(events), strict=True):
            send(one, [forward])
            send(two, [backward])
        confirm(one)
        confirm(two)
    assert sorted(kept(server, events)) == sorted(ids_of(events))


def test_what_was_sent_before_a_close_is_stored(server: Server, new_event: New) -> None:
    events = [new_event() for _ in range(300)]
    with enter(server) as client:
        send(client, events)
    assert kept(server, events) == ids_of(events)


def test_without_a_subprotocol_it_begins_at_once(server: Server, new_event: New) -> None:
    events = [new_event(event="x" * 2000)]  # as the older clients may name it
    with connect(server.socket_url) as client:
        assert client.subprotocol is None
        send(client, events)
        confirm(client)
    assert kept(server, events) == ids_of(events)


def test_a_first_frame_that_is_no_auth_is_refused(server: Server, new_event: New) -> None:
    event = new_event()
    with connect(server.socket_url, subprotocols=["prefect"]) as client:
        send(client, [event])
        assert closed(client) == (1008, "Expected 'auth' message")
    assert kept(server, [event]) == []


@pytest.mark.parametrize(
    ("frame", "code", "reason"),
    [
        ("nonsense", 1007, "Invalid JSON: expected ident at line 1 column 2"),
        ("[]", 1003, "Invalid event: not a JSON object"),
        ("{}", 1002, "Invalid event: occurred: Field required"),
        (AUTH, 1002, "Invalid event: occurred: Field required"),
        (b"{}", 1003, "Only text frames are taken"),
    ],
)
def test_a_wrong_frame_costs_no_event(
    server: Server, new_event: New, frame: str | bytes, code: int, reason: str
) -> None:
    events = [new_event() for _ in range(3)]
    with enter(server) as client:
        send(client, events)
        client.send(frame)
        assert closed(client) == (code, reason)
    assert kept(server, events) == ids_of(events)


def test_events_behind_one_that_is_wrong_are_kept(server: Server, new_event: New) -> None:
    events = [new_event() for _ in range(5)]
    with enter(server) as client:
        send(client, [*events[:2], new_event(resource={}), *events[2:]])
        code, reason = closed(client)
        assert code == 1002
        expected = "Resources must include the prefect.resource.id label"
        assert reason == f"Invalid event: resource: {expected}"
    assert kept(server, events) == ids_of(events)


def test_an_event_that_is_too_large_is_left_out_alone(server: Server, new_event: New) -> None:
    large = new_event(payload={"text": "x" * 1_600_000})
    wide = new_event(payload={"text": "ü" * 800_000})  # 1.6 MB, as UTF-8
    within = new_event(payload={"text": "x" * 1_400_000})
    with enter(server) as client:
        for event in (large, wide, within):
            client.send(json.dumps(event, ensure_ascii=False))
        confirm(client)
    assert kept(server, [large, wide, within]) == [within["id"]]
    assert "it is too large" in server.log


def test_a_frame_that_is_too_large_closes(server: Server, new_event: New) -> None:
    event = new_event()
    with enter(server) as client:
        send(client, [event])
        client.send("x" * (17 * 1024 * 1024))
        assert closed(client)[0] == 1009
    assert kept(server, [event]) == [event["id"]]


def test_signs_that_no_database_takes_cost_nothing(server: Server, new_event: New) -> None:
    events = [new_event(payload={"a\0": "\ud800"}), new_event()]
    with enter(server) as client:
        send(client, events)
        confirm(client)
    assert kept(server, events) == ids_of(events)


@pytest.mark.parametrize("path", ["/api/events/not", "/api/nothing", "/api/events/in/more"])
def test_a_socket_that_is_not_there_is_404(server: Server, path: str) -> None:
    address = server.socket_url.removesuffix("/api/events/in") + path
    with pytest.raises(InvalidStatus) as caught:
        connect(address, subprotocols=["prefect"])
    assert caught.value.response.status_code == 404


def test_many_idle_sockets_do_not_stop_requests(server: Server, new_event: New) -> None:
    async def work() -> None:
        async with AsyncExitStack() as stack:
            for _ in range(200):
                connection = connect_later(server.socket_url, subprotocols=None)
                await stack.enter_async_context(connection)
            loop = asyncio.get_running_loop()
            answers = [loop.run_in_executor(None, post_event) for _ in range(20)]
            assert await asyncio.wait_for(asyncio.gather(*answers), SOON) == [204] * 20

    def post_event() -> int:
        return requests.post(f"{server.url}/events", json=[new_event()], timeout=SOON).status_code

    asyncio.run(work())


def test_workers_that_are_killed_lose_nothing_that_was_confirmed(
    start_server: Callable[[], Server], new_event: New
) -> None:
    server = start_server()
    events = [new_event() for _ in range(700)]
    with closing(enter(server)) as client:
        send(client, events)
        confirm(client)
        server.kill_workers()
        assert kept(server, events) == ids_of(events)
        with pytest.raises(ConnectionClosed):
            client.recv(SOON)
    with enter(server) as client:  # a new worker takes it up
        send(client, events)
        confirm(client)
    assert kept(server, events) == ids_of(events)


def test_a_server_that_stops_says_so_and_keeps_what_came(
    start_server: Callable[[], Server], new_event: New
) -> None:
    server = start_server()
    clients = [enter(server) for _ in range(20)]
    events = [[new_event() for _ in range(50)] for _ in clients]
    for client, own in zip(clients, events, strict=True):
        send(client, own)
    server.terminate()
    for client in clients:
        assert closed(client)[0] == 1012
        client.close()
    assert server.stop() == 0
    for own in events:
        assert kept(server, own) == ids_of(own)
