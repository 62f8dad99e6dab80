"""The life of a server: it starts, goes on whatever is killed, and stops when told."""

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.waiting import wait_until

from .conftest import Server, Start, children_of, group_lives

BODY = b'{"name": "daily-etl"}'
STOPS = [signal.SIGTERM, signal.SIGINT]


def begin_request(server: Server) -> socket.socket:
    """Send a request but for the end of its body; it is being handled from then on."""
    host, port = server.url.removeprefix("http://").split(":")
    sock = socket.create_connection((host, int(port)), 10)
    head = f"POST /api/flows/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(BODY)}\r\n\r\n"
    sock.sendall(head.encode() + BODY[:5])
    return sock


def finish_request(sock: socket.socket) -> bytes:
    with sock:
        sock.sendall(BODY[5:])
        return sock.recv(65536)


def count_workers(server: Server) -> int:
    return sum(len(children_of(pid)) for pid in server.children())


@pytest.mark.parametrize("number", STOPS)
def test_a_server_told_to_stop_answers_what_it_began_and_closes_sockets(
    start: Start, new_database: Callable[[], str], number: int
) -> None:
    server = start(api_database_connection_url=new_database())
    server.wait_until_ready()
    request = begin_request(server)
    with connect(f"ws{server.url.removeprefix('http')}/api/events/in") as socket_client:
        # A terminal sends Ctrl-C to all processes, systemd may send SIGTERM so; and people insist.
        for _ in range(2):
            os.killpg(server.process.pid, number)
        with pytest.raises(ConnectionClosed) as closed:
            socket_client.recv(timeout=10)
    answer = finish_request(request)

    assert server.process.wait(30) == 0
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    assert answer.startswith(b"HTTP/1.1 201 "), answer
    assert not group_lives(server.process.pid)
    assert server.errors == ""


@pytest.mark.parametrize("alone", [False, True])
def test_who_comes_again_when_its_socket_is_closed_is_refused(
    start: Start, new_database: Callable[[], str], alone: bool
) -> None:
    url = "sqlite://" if alone else new_database()
    server = start(api_database_connection_url=url)
    server.wait_until_ready()
    host, port = server.url.removeprefix("http://").split(":")
    request = begin_request(server)  # which keeps a worker busy meanwhile
    with connect(f"ws{server.url.removeprefix('http')}/api/events/in") as socket_client:
        os.kill(server.process.pid, signal.SIGTERM)
        with pytest.raises(ConnectionClosed):
            socket_client.recv(timeout=10)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host, int(port)), 10)
    answer = finish_request(request)

    assert answer.startswith(b"HTTP/1.1 201 "), answer
    assert server.process.wait(30) == 0
    assert server.errors == ""


def test_what_is_killed_is_started_anew(start: Start, new_database: Callable[[], str]) -> None:
    server = start(api_database_connection_url=new_database())
    server.wait_until_ready()
    wait_until(lambda: count_workers(server) == 2)

    for pid in (children_of(server.master)[0], server.services, server.master):
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda gone=pid: not os.path.exists(f"/proc/{gone}"))
        wait_until(lambda: len(server.children()) == 2 and count_workers(server) == 2)
        wait_until(server.is_ready)

    assert "the web server ended (SIGKILL); it is started anew" in server.errors
    assert "the services ended (SIGKILL); it is started anew" in server.errors
    assert server.stop() == 0
    wait_until(lambda: not group_lives(server.process.pid), 20)  # those whose master was killed


def test_a_killed_parent_leaves_no_children(start: Start, new_database: Callable[[], str]) -> None:
    server = start(api_database_connection_url=new_database())
    server.wait_until_ready()

    server.process.kill()
    server.process.wait()

    wait_until(lambda: not group_lives(server.process.pid), 20)


def test_servers_that_start_at_once_share_an_empty_database(
    start: Start, new_database: Callable[[], str]
) -> None:
    url = new_database()
    servers = [start(api_database_connection_url=url) for _ in range(4)]  # and one empty home

    for server in servers:
        server.wait_until_ready()
    made = requests.post(f"{servers[0].url}/api/flows/", data=BODY, timeout=10).json()
    read = requests.get(f"{servers[1].url}/api/flows/{made['id']}", timeout=10).json()
    assert read["name"] == "daily-etl"
    assert [server.stop() for server in servers] == [0] * 4


def test_web_and_services_can_be_apart(start: Start, new_database: Callable[[], str]) -> None:
    url = new_database()
    web = start("--no-services", "--workers", "1", api_database_connection_url=url)
    web.wait_until_ready()
    services = start(command="services", api_database_connection_url=url)
    wait_until(services.children)

    assert len(web.children()) == 1
    assert len(children_of(web.master)) == 1
    assert children_of(services.children()[0]) == []
    assert [services.stop(), web.stop(signal.SIGINT)] == [0, 0]
    assert services.errors == web.errors == ""


def test_a_database_in_memory_is_served_by_one_process(start: Start, tmp_path: Path) -> None:
    server = start(api_database_connection_url="sqlite:///:memory:")
    server.wait_until_ready()
    request = begin_request(server)

    assert server.children() == []
    assert list((tmp_path / "home").glob("*.db")) == []
    os.killpg(server.process.pid, signal.SIGINT)
    assert finish_request(request).startswith(b"HTTP/1.1 201 ")
    assert server.process.wait(30) == 0
    assert server.errors == ""


def test_a_start_makes_its_home_and_says_how_to_go_on(start: Start, tmp_path: Path) -> None:
    server = start()
    server.wait_until_ready()

    assert (tmp_path / "home/headwater.db").exists()
    assert server.out.splitlines() == [
        f"Headwater listens at {server.url}",
        f"Database: sqlite:///{tmp_path}/home/headwater.db",
        f"Dashboard: {server.url}",
        "To use it from a shell:",
        f"export PREFECT_API_URL={server.url}/api",
    ]
    assert server.stop() == 0
    assert server.errors == ""


def test_an_address_of_ipv6_is_written_as_one(start: Start) -> None:
    server = start("--host", "::1")
    server.wait_until_ready()

    assert server.url.startswith("http://[::1]:")
    assert requests.get(f"{server.url}/api/health", timeout=5).json() is True
    assert server.stop() == 0


def test_an_address_that_others_reach_is_taken_when_the_risk_is_named(start: Start) -> None:
    server = start("--host", "0.0.0.0", "--allow-open")  # noqa: S104  # as the test is of it
    server.wait_until_ready()

    assert server.url.startswith("http://127.0.0.1:")
    assert server.stop() == 0


def test_a_refusal_is_one_line_and_exit_1(start: Start) -> None:
    server = start("--host", "0.0.0.0")  # noqa: S104  # it is refused

    assert server.process.wait(60) == 1
    assert server.out == ""
    assert len(server.errors.splitlines()) == 1
