"""Units of work: the sessions that routes, loops and commands run services in."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import cast

from flask import Flask
from orjson import Fragment
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from headwater.db.base import db
from headwater.db.json import dump
from headwater.db.storage import Result, StorageBackend

STORAGE = "headwater_storage"
TOPICS = "headwater_topics"
THREADS = 16  # of a web process; each may hold a connection of its own
_writing = ContextVar("_writing", default=False)


def init_app(app: Flask, storage: StorageBackend) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = storage.url
    # The engine carries its backend along, so a unit of work needs to be told of neither.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "pool_size": THREADS,
        **storage.engine_options(),
        "execution_options": {STORAGE: storage},
        "json_serializer": dump,
        "json_deserializer": Fragment,
    }
    db.init_app(app)
    with app.app_context():
        event.listen(db.engine, "connect", lambda connection, _: storage.on_connect(connection))


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
    run twice; and passes its session on, since a write inside a write is refused.
    """
    if _writing.get():
        raise RuntimeError("write() inside a unit of work: pass on the session of the outer one")

    def unit(session: Session) -> tuple[Result, Collection[str]]:
        outer = _writing.set(True)
        try:
            return work(session), session.info.get(TOPICS, ())
        finally:
            _writing.reset(outer)

    storage = storage_of(db.engine)
    result, topics = storage.write(db.engine, unit)
    for topic in topics:
        storage.signal(db.engine, topic)
    return result


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session that only reads. It waits for no writer."""
    with Session(db.engine) as session:
        yield session


def signal_after_commit(session: Session, topic: str) -> None:
    session.info.setdefault(TOPICS, set()).add(topic)
