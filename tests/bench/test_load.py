"""The load generator against a server that answers as told."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from contrib.bench.workloads import load

Answers = dict[str, list[int]]


@pytest.fixture
def answering() -> Iterator[Callable[[Answers], str]]:
    """Serve statuses by path, the last one again and again; 200 for other paths."""
    answers: Answers = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            statuses = answers.get(self.path, [200])
            status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
            body = json.dumps([{"id": "an-id"}] if "filter" in self.path else {"id": "an-id"})
            self.send_response(status)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in (body[:5], body[5:]):
                self.wfile.write(f"{len(part):x}\r\n{part}\r\n".encode())
            self.wfile.write(b"0\r\n\r\n")

        do_GET = do_POST  # noqa: N815  # as http.server calls it

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()

        def answer(told: Answers) -> str:
            answers.update(told)
            return f"http://127.0.0.1:{server.server_port}"

        yield answer
        server.shutdown()
        thread.join()


def test_who_is_turned_away_as_busy_asks_again(answering: Callable[[Answers], str]) -> None:
    url = answering({"/flow_runs/": [503, 429, 201]})
    report = load(url, "lifecycle", "--runs", "1", "--threads", "1")
    assert (report["busy"], report["failed"]) == (2, 0)
    assert report["latency_ms"]["create"]["max"] >= 100  # the waits are part of it


def test_a_refusal_is_a_failure_that_is_shown(answering: Callable[[Answers], str]) -> None:
    url = answering({"/flow_runs/an-id/set_state": [500]})
    report = load(url, "lifecycle", "--runs", "1", "--threads", "1")
    assert report["failed"] == 2
    assert "set_state_running: 500" in report["first_failures"][0]


def test_a_route_that_is_missing_is_no_failure(answering: Callable[[Answers], str]) -> None:
    url = answering({"/flow_runs/history": [405], "/flow_runs/count": [404]})
    report = load(url, "reads", "--repeat", "2")
    assert report["failed"] == 0
    assert report["missing"] == ["count_all", "count_failed", "history"]
    assert report["latency_ms"]["runs_latest_200"]["n"] == 2
    assert "history" not in report["latency_ms"]


def test_polls_stop_at_once_where_there_are_no_pools(answering: Callable[[Answers], str]) -> None:
    url = answering({"/work_pools/": [404]})
    report = load(url, "poll", "--polls", "5")
    assert (report["missing"], report["failed"], report["latency_ms"]) == (["pool"], 0, {})
