"""Runs the loops of a services process: a thread each, woken by news, exclusive ones by lease."""

import logging
import random
import time
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from threading import Event, Thread

from flask import Flask
from sqlalchemy.exc import DBAPIError

from headwater import clock
from headwater.db.base import db
from headwater.db.session import storage_of
from headwater.errors import UnavailableError
from headwater.loops.leases import RENEW, TOPIC, Leases
from headwater.loops.loop import Loop

LOOK = 30.0  # seconds after which a loop looks for itself: a signal may get lost
LISTEN = 0.5  # seconds of one wait for news, and so of a stop at most
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds after a tick that raised
logger = logging.getLogger(__name__)


class Runner:
    """Started and stopped once. *holder* names this services process in the leases."""

    def __init__(self, app: Flask, loops: Iterable[Loop], holder: str) -> None:
        self._app = app
        self._woken = {loop: Event() for loop in loops}
        self._leases = Leases(holder, [loop.name for loop in self._woken if loop.exclusive])
        self._lease_news = Event()
        self._stopping = Event()
        self._threads = [self._thread(loop.name, self._run, loop) for loop in self._woken]
        self._helpers = [
            self._thread("leases", self._keep_leases),
            self._thread("news", self._listen),
        ]

    def start(self) -> None:
        for thread in [*self._helpers, *self._threads]:
            thread.start()

    def stop(self, grace: float = 20.0) -> None:
        """Let each loop finish its tick, *grace* seconds in all at most; give the leases back."""
        end = time.monotonic() + grace
        self._stopping.set()
        for event in [*self._woken.values(), self._lease_news]:
            event.set()
        for thread in [*self._threads, *self._helpers]:
            thread.join(max(0.0, end - time.monotonic()))
        late = [thread.name for thread in self._threads if thread.is_alive()]
        if late:
            # Its lease ends by itself: given back, another would tick beside it.
            logger.warning("still at work after %d s: %s", grace, ", ".join(late))
            return
        try:
            with self._app.app_context():
                self._leases.release()
        except (DBAPIError, UnavailableError) as error:
            logger.warning("the leases could not be given back: %s", _in_one_line(error))
        for loop in self._woken:
            if loop.finish is not None:
                with self._app.app_context():
                    loop.finish(max(0.0, end - time.monotonic()))

    def _thread(self, name: str, work: Callable[..., None], *arguments: object) -> Thread:
        # A daemon, for a tick that does not end must not keep the process.
        return Thread(target=work, args=arguments, name=f"loop-{name}", daemon=True)

    def _run(self, loop: Loop) -> None:
        woken, due, pause = self._woken[loop], time.monotonic(), FIRST_PAUSE
        rested = due
        while not self._stopping.is_set():
            if woken.wait(max(0.0, due - time.monotonic())):
                self._stopping.wait(max(0.0, min(due, rested) - time.monotonic()))
            woken.clear()  # before the tick: what is signalled meanwhile wants another
            if self._stopping.is_set():
                return
            due = time.monotonic() + LOOK
            if loop.exclusive and not self._leases.holds(loop.name):
                continue
            try:
                due = min(due, self._tick(loop))
                rested, pause = time.monotonic() + loop.rest, FIRST_PAUSE
            except Exception as error:  # noqa: BLE001  # it is logged, and harms no other loop
                _log_failure(loop.name, error, pause)
                self._stopping.wait(pause * random.uniform(0.75, 1.25))  # noqa: S311  # no secret
                due, pause = time.monotonic(), min(2 * pause, LONGEST_PAUSE)

    def _tick(self, loop: Loop) -> float:
        """Return when the loop wants to be called again, by the monotonic clock."""
        with self._app.app_context():
            wanted = loop.tick(clock.now())
        if wanted is None:
            return time.monotonic() + LOOK
        seconds = (wanted - clock.now()).total_seconds() if isinstance(wanted, datetime) else wanted
        return time.monotonic() + seconds

    def _keep_leases(self) -> None:
        with self._app.app_context():
            renewed = time.monotonic() - RENEW
            while not self._stopping.is_set():
                try:
                    if time.monotonic() >= renewed + RENEW or self._leases.is_any_free():
                        renewed = time.monotonic()
                        self._wake(self._leases.take())
                except Exception as error:  # noqa: BLE001  # it is logged
                    _log_failure("leases", error, RENEW)
                    renewed = time.monotonic()
                    self._stopping.wait(FIRST_PAUSE)
                self._lease_news.wait(max(0.0, renewed + RENEW - time.monotonic()))
                self._lease_news.clear()

    def _wake(self, names: Iterable[str]) -> None:
        for loop, woken in self._woken.items():
            if loop.name in names:
                woken.set()

    def _listen(self) -> None:
        """Wait for news once for all loops, since a backend has one such place a process."""
        topics = sorted({TOPIC, *(topic for loop in self._woken for topic in loop.topics)})
        with self._app.app_context():
            storage = storage_of(db.engine)
            while not self._stopping.is_set():
                try:
                    self._tell(storage.wait(topics, LISTEN))
                except Exception as error:  # noqa: BLE001  # it is logged
                    _log_failure("news", error, FIRST_PAUSE)
                    self._stopping.wait(FIRST_PAUSE)
                    self._tell(topics)

    def _tell(self, heard: Collection[str]) -> None:
        for loop, woken in self._woken.items():
            if not set(heard).isdisjoint(loop.topics):
                woken.set()
        if TOPIC in heard and self._leases.lacks_any():
            self._lease_news.set()


def _log_failure(name: str, error: Exception, pause: float) -> None:
    if isinstance(error, DBAPIError | UnavailableError):
        # The database is away, which many loops notice at once: no traceback of each.
        logger.error("loop %s: %s; again in %d s", name, _in_one_line(error), pause)
    else:
        logger.error("loop %s failed; again in %d s", name, pause, exc_info=error)


def _in_one_line(error: Exception) -> str:
    text = str(error.orig if isinstance(error, DBAPIError) and error.orig else error)
    return text.strip().partition("\n")[0]
