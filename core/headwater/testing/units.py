"""Units of work for the tests of storage backends, in many threads and in other processes."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from threading import Barrier, Event
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from headwater.app import create_app
from headwater.db.base import db
from headwater.db.session import (
    THREADS,
    disconnect,
    listen,
    reading,
    signal_after_commit,
    storage_of,
    write,
)
from headwater.db.storage import StorageBackend, parse_url
from headwater.runs.models import Flow
from headwater.settings import Settings
from headwater.web.context import current_settings

__all__ = ["add", "count", "engine_of", "in_threads", "make_app", "names", "parse_url"]
TURNS = 20
_NAME = Flow.__table__.c.name


@contextmanager
def make_app(url: str) -> Iterator[Flask]:
    """Be within an app on that database, which is as it was found."""
    app = create_app(Settings.load(api_database_connection_url=url))
    with app.app_context():
        yield app
        disconnect()


@contextmanager
def engine_of(storage: StorageBackend) -> Iterator[Engine]:
    """Give an engine as the core makes one, without an app."""
    engine = create_engine(storage.url, **storage.engine_options())
    listen(engine, storage)
    try:
        yield engine
    finally:
        storage.close()
        engine.dispose()


def add(session: Session, name: str, signal: str | None = None) -> str:
    """Keep a flow of that name, and return the name."""
    session.add(Flow(workspace_id=UUID(int=1), name=name, tags=[], labels={}))
    session.flush()
    if signal:
        signal_after_commit(session, signal)
    return name


def count(pattern: str) -> int:
    with reading() as session:
        return session.scalars(select(func.count(Flow.id)).where(Flow.name.like(pattern))).one()


def names() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(_NAME).order_by(_NAME)))


def in_threads(work: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(THREADS) as pool:
        tasks = [pool.submit(copy_context().run, work, number) for number in range(THREADS)]
        return [task.result() for task in tasks]


def write_in_turns(place: str) -> None:
    """Write from many threads at once, none of which may be at its first when half are through."""
    together = Barrier(THREADS, timeout=60)
    written = [0] * THREADS

    def write_some(number: int) -> int:
        with reading() as session:
            session.connection()
            together.wait()  # each has a connection
        for turn in range(TURNS):
            write(lambda session: add(session, f"{place}-{number}-{turn}"))  # noqa: B023  # done at once
            written[number] += 1
        return min(written)

    assert sorted(in_threads(write_some))[THREADS // 2] > 0


@contextmanager
def start_process(what: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Do one of the things below in another process, on this database; return once it is at it."""
    url = current_settings().database_url
    if storage_of(db.engine).in_memory:  # which another process reaches by where it lies
        url = db.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "headwater.testing.units", url, what]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        next(iter(process.stdout or ()))
        try:
            yield process
        finally:
            process.kill()


def _write() -> None:
    print("begun", flush=True)  # noqa: T201  # a test waits for it
    write_in_turns("there")


def _hang() -> None:
    def work(session: Session) -> None:
        add(session, "contended")
        print("written", flush=True)  # noqa: T201  # a test waits for it
        Event().wait()

    write(work)


def _signal() -> None:
    write(lambda session: add(session, "wakes", signal="news"))
    print("done", flush=True)  # noqa: T201  # a test waits for it


def _fork() -> None:
    """Do as a server: use the database, let go of it, fork, use it in each process."""
    write(lambda session: add(session, "parent"))
    names()
    disconnect()
    children = []
    for child in range(2):
        if (process := os.fork()) == 0:
            for turn in range(TURNS):
                write(lambda session: add(session, f"forked-{child}-{turn}"))  # noqa: B023  # done at once
            os._exit(0)
        children.append(process)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    print("done", flush=True)  # noqa: T201  # a test waits for it


if __name__ == "__main__":
    with make_app(sys.argv[1]):
        {"write": _write, "hang": _hang, "signal": _signal, "fork": _fork}[sys.argv[2]]()
