"""Looks for task runs when there may be new ones, and for task workers that have gone."""

import logging
from threading import Event, Lock, Thread
from time import monotonic
from typing import Protocol
from uuid import UUID

from flask import Flask

from headwater import clock
from headwater.db.base import db
from headwater.db.session import storage_of, write
from headwater.runs.service.task_runs import WAITING_TOPIC
from headwater.web.sockets.peer import Peer
from headwater.work.queries.task_workers import see

OFFERING = "headwater-task-workers"  # where the app keeps it
LOOK = 1.0  # seconds between two looks at who has gone
SEE = 5.0  # seconds between two notes of who is there, which also look for runs of the dead
logger = logging.getLogger(__name__)


class Worker(Protocol):
    id: UUID
    peer: Peer

    def offer(self) -> None: ...
    def leave(self) -> None: ...


class Offering:
    """One thread of a web process, which is there while task workers are."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._workers: set[Worker] = set()
        self._running = False

    def add(self, app: Flask, worker: Worker) -> None:
        with self._lock:
            self._workers.add(worker)
            if not self._running:
                self._running = True
                Thread(target=self._run, args=(app,), name="task-workers", daemon=True).start()

    def _run(self, app: Flask) -> None:
        pause, seen = Event(), monotonic()
        with app.app_context():
            storage = storage_of(db.engine)
            while workers := self._list_workers():
                try:
                    news = storage.wait((WAITING_TOPIC,), LOOK)
                    overdue = monotonic() - seen > SEE
                    if overdue:
                        seen = monotonic()
                    self._look(workers, news=bool(news) or overdue, overdue=overdue)
                except Exception:
                    logger.exception("task workers are looked after later")
                    pause.wait(LOOK)

    def _list_workers(self) -> list[Worker]:
        with self._lock:
            self._running = bool(self._workers)
            return list(self._workers)

    def _look(self, workers: list[Worker], *, news: bool, overdue: bool) -> None:
        here = [worker for worker in workers if not worker.peer.gone]
        for worker in set(workers) - set(here):
            with self._lock:
                self._workers.discard(worker)
            worker.leave()
        if overdue and here:
            ids, now = [worker.id for worker in here], clock.now()
            write(lambda session: see(session, ids, now))
        if news:
            for worker in here:
                worker.offer()
