"""Bytes on the wire that are no HTTP that a client sends, to a server as users start it."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
import requests

from headwater.testing.processes import ServerProcess, running_server

PATIENCE = 20.0  # seconds
MB = 1024 * 1024
HEAD = b"POST /api/flows/ HTTP/1.1\r\nHost: x\r\n"
NAMED = b'{"name": "x"}'


@pytest.fixture(scope="module")
def server(new_database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    home: Path = tmp_path_factory.mktemp("raw")
    with running_server(new_database(), home, "--workers", "1") as server:
        yield server


def send(server: ServerProcess, data: bytes) -> int | None:
    """Send bytes and hang up; return the status of the answer, None where there was none."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), PATIENCE) as peer:
        try:
            peer.sendall(data)
            peer.shutdown(socket.SHUT_WR)
            answer = peer.recv(4096)
        except OSError:  # hung up on us in the middle
            return None
    return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/") else None


@pytest.mark.parametrize("written", ["🍜 [Soup Flow] Yummy".replace(" ", "%20"), "日本"])
def test_a_name_may_be_written_as_it_is(server: ServerProcess, written: str) -> None:
    name = {"name": unquote(written)}
    assert requests.post(f"{server.api_url}/flows/", json=name, timeout=PATIENCE).ok

    for path in (written, quote(unquote(written))):
        head = f"GET /api/flows/name/{path} HTTP/1.1\r\nHost: x\r\n\r\n"
        assert send(server, head.encode()) == 200


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
        b"GET\r\n\r\n",
        b"GET /api/health HTTP/9.9\r\n\r\n",
        b"GET /api/flows/name/\xff\xfe\xc3\x28 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/flows/name/\xf0\x9f\x8d\x9c HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/flows/name/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET http://other.example/api/health HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/health HTTP/1.1\r\n" + b"A: b\r\n" * 1000 + b"\r\n",
        b"GET /api/health HTTP/1.1\r\nA: " + b"b" * 100_000 + b"\r\n\r\n",
        b"GET /api/health HTTP/1.1\r\nHost: x\r\nA\x00: b\r\n\r\n",
        b"GET /api/health HTTP/1.1\r\nHost: \xff\xfe\r\nUser-Agent: \xff\x00\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        b"TRACE /api/flows/ HTTP/1.1\r\nHost: x\r\n\r\n",
        HEAD + b"Content-Length: -1\r\n\r\n" + NAMED,
        HEAD + b"Content-Length: 9999999999999999999999\r\n\r\n" + NAMED,
        HEAD + b"Content-Length: x\r\n\r\n" + NAMED,
        HEAD + b"Content-Length: 5\r\nContent-Length: 13\r\n\r\n" + NAMED,
        HEAD + b"Content-Length: 13\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Content-Length: 1000\r\n\r\n" + NAMED,  # and then nothing more
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 20 + b"\r\n{}\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: gzip\r\n\r\n" + NAMED,
        HEAD + b"Expect: 100-continue\r\nContent-Length: 13\r\n\r\n" + NAMED,
        b"GET /api/events/in HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n",
    ],
)
def test_bytes_that_are_no_request_are_refused_and_harm_nobody(
    server: ServerProcess, data: bytes
) -> None:
    status = send(server, data)

    assert status is None or status < 500 or status in (501, 505), server.log
    assert requests.get(f"{server.api_url}/health", timeout=PATIENCE).json() is True
    assert "Traceback" not in server.log


def test_a_body_over_the_limit_is_refused_in_whatever_way_it_comes(server: ServerProcess) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(17):
            yield b" " * MB

    url = f"{server.api_url}/flows/"
    for body in (b" " * 17 * MB, parts()):
        try:
            response = requests.post(url, data=body, timeout=PATIENCE)
        except requests.ConnectionError:
            continue  # hung up on us before we had sent all, which is an answer too
        assert response.status_code == 413
        assert response.json() == {"detail": "Request Entity Too Large"}
    assert requests.get(f"{server.api_url}/ready", timeout=PATIENCE).ok
