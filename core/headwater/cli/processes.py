"""The processes of a server: gunicorn, the services beside it, and who looks after both."""

import signal
import sys
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import wait
from threading import Event

from flask import Flask
from gunicorn.app.base import BaseApplication

from headwater.cli.worker import LingeringWorker
from headwater.db.session import THREADS


class WebServer(BaseApplication):
    """gunicorn around an app that is built already."""

    def __init__(self, app: Flask, host: str, port: int, workers: int) -> None:
        self._app = app
        self._options = {
            "bind": f"{host}:{port}",
            "workers": workers,
            "worker_class": LingeringWorker,
            "threads": THREADS,
            "keepalive": 75,  # seconds; longer than the clients keep a connection that is idle
            "control_socket_disable": True,  # it would lie in the user's home
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:  # type: ignore[override]  # the stubs' WSGI type is too narrow
        return self._app


def run_services(app: Flask) -> None:
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    with app.app_context():
        stop.wait()


def supervise(*works: Callable[[], None]) -> None:
    """Run each in a process until one ends or we are told to stop; then stop them all and exit."""
    # Forked, so that what is imported and built is built once and its memory shared.
    children = [get_context("fork").Process(target=work) for work in works]
    for child in children:
        child.start()
    running = children.copy()

    def stop(*_: object) -> None:
        # Once: a second signal would kill a child that is busy stopping.
        while running:
            running.pop().terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    wait([child.sentinel for child in children])
    stop()
    for child in children:
        child.join()
    sys.exit(int(any(child.exitcode for child in children)))
