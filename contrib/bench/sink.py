"""A place that notifications are sent to, in a process of its own: it notes when each came."""

import json
import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import ClassVar

import requests


@dataclass(frozen=True)
class Sink:
    url: str

    def times(self) -> list[float]:
        """Return when each request came, in seconds since 1970, the first one first."""
        times: list[float] = requests.get(self.url, timeout=60).json()
        return times

    def forget(self) -> None:
        requests.delete(self.url, timeout=60)

    def wait_for(self, count: int, patience: float) -> list[float]:
        """Return the times once *count* requests came, or SystemExit after *patience* seconds."""
        end = time.monotonic() + patience
        while len(times := self.times()) < count:
            if time.monotonic() > end:
                raise SystemExit(f"{len(times):,} of {count:,} notifications came")
            time.sleep(0.02 if count < 1_000 else 0.5)  # each look takes from what is measured
        return times


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    times: ClassVar[list[float]] = []
    lock = threading.Lock()

    def do_POST(self) -> None:
        now = time.time()
        self.rfile.read(int(self.headers["Content-Length"]))
        with self.lock:
            self.times.append(now)
        self._answer(b"{}")

    def do_GET(self) -> None:
        with self.lock:
            body = json.dumps(self.times).encode()
        self._answer(body)

    def do_DELETE(self) -> None:
        with self.lock:
            self.times.clear()
        self._answer(b"{}")

    def _answer(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        self.wfile.write(f"{head}\r\n\r\n".encode() + body)

    def log_message(self, *_: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # bare requests have a connection each

    def handle_error(self, *_: object) -> None:
        pass  # who sends is killed in the end


def _serve(told: Connection) -> None:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        told.send(server.server_address[1])
        server.serve_forever()


@contextmanager
def running_sink() -> Iterator[Sink]:
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(there,), daemon=True)
    process.start()
    try:
        yield Sink(f"http://127.0.0.1:{here.recv()}/")
    finally:
        process.kill()
        process.join()
