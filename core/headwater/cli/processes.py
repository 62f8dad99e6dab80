"""The processes of a server: gunicorn, the services beside it, or both in one."""

import os
import resource
import signal
import socket
from contextlib import suppress
from functools import partial
from queue import Empty, SimpleQueue
from uuid import uuid4

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from headwater.cli.worker import LingeringWorker, LoneWorker, refuse_others
from headwater.db.session import THREADS, disconnect
from headwater.loops.loop import EXTENSION
from headwater.loops.runner import Runner
from headwater.loops.supervisor import STOPS, Child, Report, Supervisor
from headwater.web.context import SETTINGS

GRACE = 30  # seconds for requests to finish
MOST_FILES = 65536  # where the limit is endless, closing all files of a child would be, too


class Master(Arbiter):
    """gunicorn's master as a child: it stops when its parent is gone, and when that says so."""

    def init_signals(self) -> None:
        super().init_signals()
        self._parent = os.getppid()
        for number in (signal.SIGINT, signal.SIGHUP):  # which a terminal sends to all of us
            signal.signal(number, signal.SIG_IGN)

    def wait_for_signals(self, timeout: float | None = 1.0) -> list[int]:
        signals: list[int] = super().wait_for_signals(timeout)
        return [*signals, signal.SIGTERM] if os.getppid() != self._parent else signals


class WebServer(BaseApplication):
    """gunicorn around an app that is built already, on a socket that listens already."""

    def __init__(
        self, app: Flask, listener: socket.socket, workers: int, report: Report | None = None
    ) -> None:
        self._app = app
        self._report = report
        self._options = {
            "bind": f"fd://{listener.fileno()}",
            "workers": workers,
            "worker_class": LingeringWorker,
            "threads": THREADS,
            "keepalive": 75,  # seconds; longer than the clients keep a connection that is idle
            "graceful_timeout": GRACE,
            "loglevel": app.extensions[SETTINGS].server_logging_level.lower(),
            "control_socket_disable": True,  # it would lie in the user's home
            "post_worker_init": self._tell,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:  # type: ignore[override]  # the stubs' WSGI type is too narrow
        return self._app

    def run(self) -> None:
        Master(self).run()

    def run_alone(self, listener: socket.socket) -> None:
        """Serve in this process until told to stop."""
        log = self.cfg.logger_class(self.cfg)
        worker = LoneWorker(1, os.getppid(), [listener], self, GRACE, self.cfg, log)
        worker.init_process()

    def _tell(self, _: Worker) -> None:
        if self._report is not None:
            self._report.ready()


def serve(app: Flask, listener: socket.socket | None, workers: int, services: bool) -> None:
    """Run the web (if there is a *listener*) and the services until told to stop."""
    children = []
    if listener is not None:
        children.append(Child("the web server", lambda r: _run_web(app, listener, workers, r)))
    if services:
        # It stays the holder of its leases when it is started anew: the dead one is known dead.
        holder = _name_holder()
        children.append(Child("the services", lambda r: _run_services(app, listener, holder, r)))
    raise_file_limit()
    Supervisor(children, partial(_shut, listener) if listener else lambda: None).run()
    ignore_signals()


def serve_alone(app: Flask, listener: socket.socket, services: bool) -> None:
    """Run all in this one process, for a database that no other can reach."""
    raise_file_limit()
    runner = Runner(app, app.extensions.get(EXTENSION, []) if services else [], _name_holder())
    runner.start()
    try:
        WebServer(app, listener, workers=1).run_alone(listener)
    finally:
        ignore_signals()
        runner.stop()
        with app.app_context():
            disconnect()


def ignore_signals() -> None:
    """Be at the end: one more signal must not kill us while Python takes itself down."""
    for number in STOPS:
        signal.signal(number, signal.SIG_IGN)


def raise_file_limit() -> None:
    """Let sockets be as many as the machine allows: each is an open file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):  # macOS allows less than it says
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _shut(listener: socket.socket) -> None:
    refuse_others(listener)
    listener.close()


def _run_web(app: Flask, listener: socket.socket, workers: int, report: Report) -> None:
    WebServer(app, listener, workers, report).run()


def _run_services(app: Flask, listener: socket.socket | None, holder: str, report: Report) -> None:
    if listener is not None:
        listener.close()  # or the port stays taken while only we still stop
    told: SimpleQueue[int] = SimpleQueue()
    signal.signal(signal.SIGTERM, lambda number, _: told.put(number))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    parent = os.getppid()
    runner = Runner(app, app.extensions.get(EXTENSION, []), holder)
    runner.start()
    report.ready()
    while os.getppid() == parent:
        with suppress(Empty):
            told.get(timeout=1)
            break
    runner.stop()
    with app.app_context():
        disconnect()


def _name_holder() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4()}"
