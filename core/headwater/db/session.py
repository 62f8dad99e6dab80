"""Units of work: the sessions that routes, loops and commands run services in."""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol, cast

from flask import Flask
from orjson import Fragment
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import Session

from headwater.db.base import db
from headwater.db.json import dump
from headwater.db.storage import Result, StorageBackend
from headwater.errors import HeadwaterError

STORAGE, WATCHES = "headwater_storage", "headwater_watches"
TOPICS = "headwater_topics"
THREADS = 16  # of a web process; each may hold a connection of its own
_writing = ContextVar("_writing", default=False)


class Watch(Protocol):
    """Is told how many seconds something took."""

    def note(self, seconds: float) -> None: ...


@dataclass(frozen=True)
class Watches:
    """What units of work are timed by, with the time that they wait for their turn."""

    reading: Watch
    writing: Watch


def init_app(app: Flask, storage: StorageBackend, watches: Watches | None = None) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = storage.url
    # The engine carries its backend along, so a unit of work needs to be told of neither.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "pool_size": THREADS,
        **storage.engine_options(),
        "execution_options": {STORAGE: storage, WATCHES: watches},
        "json_serializer": dump,
        "json_deserializer": Fragment,
        "hide_parameters": True,  # of a failed statement, which may hold secrets, in the log
    }
    db.init_app(app)
    with app.app_context():
        listen(db.engine, storage)


def listen(engine: Engine, storage: StorageBackend) -> None:
    """Let the backend open and set up an engine's connections, and explain its errors."""

    def explain(context: ExceptionContext) -> HeadwaterError | None:
        return storage.explain(context.original_exception)

    event.listen(engine, "do_connect", lambda _, __, ___, named: storage.connect(named))
    event.listen(engine, "connect", lambda connection, _: storage.on_connect(connection))
    event.listen(engine, "handle_error", explain, retval=True)


def storage_of(engine: Engine) -> StorageBackend:
    return cast(StorageBackend, engine.get_execution_options()[STORAGE])


def disconnect() -> None:
    """Let go of all connections of this process: before a fork, at the end."""
    storage_of(db.engine).close()
    db.engine.dispose()


def write(work: Callable[[Session], Result]) -> Result:
    """Run *work* in one transaction; return its result once committed, undo all if it raises.

    A unit reads no request globals, since it may run in another thread; waits for nothing but the
    database, since others may wait for it; changes nothing but rows of its session, since it may
    run twice; passes its session on, since a write inside a write is refused; and leaves the
    transaction alone, but for `begin_nested`. Raises UnavailableError while the database is away.
    """
    if _writing.get():
        raise RuntimeError("write() inside a unit of work: pass on the session of the outer one")

    def unit(session: Session) -> tuple[Result, Collection[str]]:
        outer = _writing.set(True)
        try:
            return work(session), session.info.get(TOPICS, ())
        finally:
            session.info.pop(TOPICS, None)  # the next unit may be given the same session
            _writing.reset(outer)

    engine = db.engine
    storage, watches = storage_of(engine), _watches_of(engine)
    begun = perf_counter()
    try:
        result, topics = storage.write(engine, unit)
    finally:
        if watches is not None:
            watches.writing.note(perf_counter() - begun)
    for topic in topics:
        storage.signal(engine, topic)
    return result


def reading() -> AbstractContextManager[Session]:
    """Open a session that only reads: what is committed, in each statement anew, waiting for no
    writer. Raises UnavailableError while the database is away."""
    engine = db.engine
    watches, opened = _watches_of(engine), storage_of(engine).reading(engine)
    return opened if watches is None else _timed(opened, watches.reading)


@contextmanager
def _timed(opened: AbstractContextManager[Session], watch: Watch) -> Iterator[Session]:
    begun = perf_counter()
    try:
        with opened as session:
            yield session
    finally:
        watch.note(perf_counter() - begun)


def _watches_of(engine: Engine) -> Watches | None:
    return cast(Watches | None, engine.get_execution_options().get(WATCHES))


def signal_after_commit(session: Session, topic: str) -> None:
    session.info.setdefault(TOPICS, set()).add(topic)
