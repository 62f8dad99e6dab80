"""Follows what is added to a table for all peers of one web process that want it, on one thread."""

import json
import logging
import time
from collections.abc import Callable, Sequence
from threading import Lock, Thread
from typing import Generic, Protocol, TypeVar

from flask import Flask, current_app
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import DBAPIError

from headwater.db.base import db
from headwater.db.session import storage_of
from headwater.errors import UnavailableError

LISTEN = 1.0  # seconds of one wait for news
# Seconds of rest for each who is told, and at most for all. What comes meanwhile is told together:
# with many who follow, it is the telling that costs, not what is told.
REST, LONGEST_REST = 0.0005, 0.25
PART = 16  # who are told between two rests, so that requests of the process wait for few only
PATIENCE = 30.0  # seconds that a position may be missing
MOST_HOLES = 5000
NEWEST = 1000  # positions below the last among which one may be missing at first
NO_FILTER = "Expected 'filter' message"
Filter = TypeVar("Filter", bound=BaseModel)
logger = logging.getLogger(__name__)


class Follows(Protocol):
    """A peer's wish to be told. It is over when nobody is there any more."""

    @property
    def is_over(self) -> bool: ...

    def give_up(self) -> None:
        """Part from the peer, who may come again: it misses something from now on."""


Subscription = TypeVar("Subscription", bound=Follows)


class Positions:
    """Which positions of a table were seen, and which may still come.

    On PostgreSQL a position may be committed after a higher one: those missing below the highest
    are looked for again, as long as a unit of work may last.
    """

    def __init__(self, last: Sequence[int], now: float) -> None:
        """Take the last positions, NEWEST of them or all, and the time in seconds."""
        self.cursor = max(last, default=0)
        known = set(last)
        lowest = max(1, self.cursor - NEWEST + 1)
        self._missing = {one: now for one in range(lowest, self.cursor) if one not in known}

    def holes(self, now: float) -> list[int]:
        """Return the positions that are missing, MOST_HOLES at most."""
        self._missing = {
            one: since for one, since in self._missing.items() if now - since < PATIENCE
        }
        return list(self._missing)[-MOST_HOLES:]

    def see(self, positions: Sequence[int], now: float) -> None:
        for position in positions:
            if position > self.cursor:
                between = range(max(self.cursor + 1, position - MOST_HOLES), position)
                self._missing.update(dict.fromkeys(between, now))
                self.cursor = position
            else:
                self._missing.pop(position, None)


# Calls what tells one of those who follow for each of them.
TellEach = Callable[[Callable[[Subscription], None]], None]
# Reads what is new, has it told to whoever follows by then, and says if there may be more by now.
Look = Callable[[TellEach[Subscription]], bool]


class Follower(Generic[Subscription]):
    """Its thread runs as long as anybody follows, in the process where somebody does.

    *begin* gives a look of what is new from then on. Where the topic *is_signalled*, nothing is
    looked for before a signal comes; else once in a while, too. *rest* waits that many seconds.
    """

    def __init__(
        self,
        topic: str,
        begin: Callable[[], Look[Subscription]],
        *,
        is_signalled: bool = False,
        rest: Callable[[float], None] = time.sleep,
    ) -> None:
        self._topic, self._begin, self._is_signalled = topic, begin, is_signalled
        self._rest = rest
        self._lock = Lock()
        self._subscriptions: set[Subscription] = set()
        self._running = False

    def add(self, subscription: Subscription) -> None:
        """Let *subscription* be told of all that is committed from now on."""
        with self._lock:
            self._subscriptions.add(subscription)
            if self._running:
                return
            look = self._begin()
            app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's
            self._running = True
            name = f"following-{self._topic}"
            Thread(target=self._run, args=(app, look), name=name, daemon=True).start()

    def _run(self, app: Flask, look: Look[Subscription]) -> None:
        with app.app_context():
            while self._goes_on():
                try:
                    # The first wait returns at once, so that nothing is missed before it.
                    heard = storage_of(db.engine).wait([self._topic], LISTEN)
                    while (heard or not self._is_signalled) and look(self._tell_each):
                        pass
                except (DBAPIError, UnavailableError) as error:
                    logger.warning("%s: cannot be followed: %s", self._topic, type(error).__name__)
                    time.sleep(LISTEN)
                except Exception:  # else nobody would ever be told anything again
                    logger.exception("%s: could not be followed", self._topic)
                    time.sleep(LISTEN)

    def _tell_each(self, tell: Callable[[Subscription], None]) -> None:
        with self._lock:
            subscriptions = list(self._subscriptions)
        for first in range(0, len(subscriptions), PART):
            part = subscriptions[first : first + PART]
            for one in part:
                self._tell(one, tell)
            self._rest(rest_after(len(subscriptions)) * len(part) / len(subscriptions))

    def _tell(self, one: Subscription, tell: Callable[[Subscription], None]) -> None:
        """A fault costs the one that it befell, never all."""
        try:
            tell(one)
        except Exception:
            logger.exception("%s: one who follows could not be told", self._topic)
            with self._lock:
                self._subscriptions.discard(one)
            one.give_up()

    def _goes_on(self) -> bool:
        """Forget whose peers are gone; with none left the thread is to end."""
        with self._lock:
            self._subscriptions = {one for one in self._subscriptions if not one.is_over}
            self._running = bool(self._subscriptions)
            return self._running


def rest_after(told: int) -> float:
    """Return the seconds of all rests while so many are told."""
    return min(told * REST, LONGEST_REST)


def read_filter(frame: str, model: type[Filter]) -> tuple[Filter, bool]:
    """Return what a peer wants to follow, and whether it wants what came before, too.

    Raise ValueError with the reason to give where the frame does not say.
    """
    try:
        message = json.loads(frame)
    except (ValueError, RecursionError):
        raise ValueError(NO_FILTER) from None
    if not isinstance(message, dict) or message.get("type") != "filter":
        raise ValueError(NO_FILTER)
    if "filter" not in message:
        raise ValueError("Invalid filter: 'filter'")
    try:
        wanted = model.model_validate_json(json.dumps(message["filter"]))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"Invalid filter: {place}: {first['msg']}") from None
    return wanted, bool(message.get("backfill", True))
