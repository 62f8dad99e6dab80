"""Calls webhooks, each in a thread: between the claim of its action and the record of its end."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import random
from threading import Condition, Event, Thread
from uuid import UUID

from headwater.automations.loop.faults import AWAY, put_off
from headwater.automations.rules.outcomes import Result
from headwater.automations.service import doing, webhooks
from headwater.automations.service.preparing import Job, prepare
from headwater.db.session import reading, write
from headwater.db.vault import Vault
from headwater.errors import ActionError, DeliveryError
from headwater.ids import uuid7

MOST_AT_ONCE = 8
MOST_OF_BLOCK = 4  # so that a slow service does not have all threads
PAUSE = 1.0  # seconds between two tries to keep a result while the database is away
logger = logging.getLogger(__name__)


@dataclass
class Flight:
    """A call under way, the *attempts*-th of its action."""

    action_id: UUID
    block_id: UUID
    token: UUID
    now: datetime
    attempts: int = 0
    job: Job | None = None  # once it is known
    begun: float = field(default_factory=time.monotonic)

    def time(self) -> datetime:
        """Return the time by the clock that the tick was told."""
        return self.now + timedelta(seconds=time.monotonic() - self.begun)


class Calls:
    """Those of one services process."""

    def __init__(self, vault: Callable[[], Vault], url: str, *, allow_private: bool) -> None:
        self._vault = vault
        self._url = url
        self._allow_private = allow_private
        self._flying: Counter[UUID] = Counter()  # by the block that they call
        self._landed = Condition()
        self._closing = Event()

    def begin(self, action_id: UUID, block_id: UUID, now: datetime) -> bool:
        """Claim an action and call in a thread, where there is room; say if it was ours."""
        with self._landed:
            full = self._flying.total() >= MOST_AT_ONCE or self._flying[block_id] >= MOST_OF_BLOCK
        if full or self._closing.is_set():
            return False
        flight = Flight(action_id, block_id, uuid7(), now)
        attempts = write(lambda session: doing.claim(session, action_id, flight.token, now=now))
        if attempts is None:
            return False
        flight.attempts = attempts
        with self._landed:
            self._flying[block_id] += 1
        # A daemon: a call that hangs must not keep the process.
        name = f"call-{action_id}"
        Thread(target=copy_context().run, args=(self._fly, flight), name=name, daemon=True).start()
        return True

    def wait(self, seconds: float) -> bool:
        with self._landed:
            return self._landed.wait_for(lambda: not self._flying.total(), seconds)

    def close(self, seconds: float) -> None:
        """Begin nothing more, and let what is under way end."""
        self._closing.set()
        if not self.wait(seconds):
            logger.warning("%d webhooks are still being called", self._flying.total())

    def _fly(self, flight: Flight) -> None:
        try:
            self._try(flight)
        except Exception:
            # Its claim ends by itself, and it is tried again.
            logger.exception("how the call of action %s went is lost", flight.action_id)
        finally:
            with self._landed:
                self._flying -= Counter([flight.block_id])
                self._landed.notify_all()

    def _try(self, flight: Flight) -> None:
        try:
            self._call(flight)
        except AWAY:
            raise
        except Exception as fault:
            logger.exception("the call of action %s meets a fault", flight.action_id)
            now = flight.time()
            put_off(flight.action_id, flight.token, flight.attempts, flight.job, fault, now)

    def _call(self, flight: Flight) -> None:
        result = Result()
        with reading() as session:
            job = flight.job = prepare(session, flight.action_id, self._url, now=flight.now)
            if job is None:
                return
            try:
                call = webhooks.open_call(session, job, flight.block_id, self._vault(), result)
            except ActionError as error:
                result.reason, result.details = str(error), dict(error.details)
                call = None
        failure = None
        if call is not None:
            try:
                webhooks.send(call, result, allow_private=self._allow_private)
            except DeliveryError as error:
                failure = error
        _keep(flight, job, result, failure)


def _keep(flight: Flight, job: Job, result: Result, failure: DeliveryError | None) -> None:
    """Keep how it went: once the claim ends without that, the webhook would be called again."""
    jitter, end = random(), flight.begun + doing.CLAIM.total_seconds()  # noqa: S311  # no secret
    while True:
        try:
            return _keep_once(flight, job, result, failure, jitter)
        except AWAY as error:
            if time.monotonic() > end:
                raise
            logger.error("the database is away: %s", type(error).__name__)
            time.sleep(PAUSE)


def _keep_once(
    flight: Flight, job: Job, result: Result, failure: DeliveryError | None, jitter: float
) -> None:
    now, token = flight.time(), flight.token
    if failure is not None:
        if not failure.permanent and write(
            lambda session: doing.postpone(
                session, job.id, token, flight.attempts, jitter=jitter, now=now
            )
        ):
            return
        result.reason = f"Webhook call failed: {failure}"
    if not write(lambda session: doing.record(session, job, token, result, now=now)):
        logger.warning("the call of action %s was taken over before it ended", job.id)
