"""What a server of several processes tells Prometheus, whichever of them answers."""

import os
import signal
from collections.abc import Callable

import requests
from prometheus_client.parser import text_string_to_metric_families
from websockets.sync.client import connect

from tests.waiting import wait_until

from .conftest import Server, Start, children_of

TIMES = 40


def read(server: Server, name: str, **labels: str) -> float:
    """Return the sum of what has these labels, by a connection of its own."""
    text = requests.get(f"{server.url}/metrics", timeout=10).text
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def count_healthy(server: Server) -> float:
    return read(server, "headwater_http_requests_total", route="/api/health", status="2xx")


def test_each_worker_tells_what_all_have_counted(
    start: Start, new_database: Callable[[], str]
) -> None:
    server = start(
        "--workers", "2", api_database_connection_url=new_database(), server_metrics_enabled="true"
    )
    server.wait_until_ready()
    for _ in range(TIMES):
        requests.get(f"{server.url}/api/health", timeout=10)

    assert {count_healthy(server) for _ in range(10)} == {TIMES}

    victim = children_of(server.master)[0]
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: not os.path.exists(f"/proc/{victim}"))
    wait_until(lambda: len(children_of(server.master)) == 2)
    assert {count_healthy(server) for _ in range(10)} == {TIMES}


def test_sockets_are_counted_as_they_open_and_close(
    start: Start, new_database: Callable[[], str]
) -> None:
    server = start(api_database_connection_url=new_database(), server_metrics_enabled="true")
    server.wait_until_ready()
    address = f"ws{server.url.removeprefix('http')}/api/events/in"

    with connect(address), connect(address):
        wait_until(lambda: read(server, "headwater_sockets_open") == 2)

    wait_until(lambda: read(server, "headwater_sockets_open") == 0)


def test_the_services_count_what_they_do(start: Start, new_database: Callable[[], str]) -> None:
    server = start(api_database_connection_url=new_database(), server_metrics_enabled="true")
    server.wait_until_ready()
    before = read(server, "headwater_database_unit_seconds_count", kind="write")

    # They renew their leases every five seconds.
    wait_until(lambda: read(server, "headwater_database_unit_seconds_count", kind="write") > before)
