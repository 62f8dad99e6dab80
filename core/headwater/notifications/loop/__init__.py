"""Sends what is in the outbox: claims, sends outside any transaction, records each try."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import random
from threading import Condition, Event
from typing import Annotated
from uuid import UUID

from pydantic import Field, TypeAdapter
from sqlalchemy.exc import DBAPIError

from headwater.db.base import db
from headwater.db.json import text
from headwater.db.session import reading, storage_of, write
from headwater.db.storage import Capability
from headwater.db.vault import Vault
from headwater.errors import DeliveryError, UnavailableError
from headwater.loops.loop import Loop
from headwater.notifications import outbox
from headwater.notifications.channels import Message
from headwater.notifications.loop.recorder import Recorder
from headwater.notifications.loop.senders import Senders
from headwater.notifications.models import Outcome, Problem
from headwater.notifications.queries import claims as queries
from headwater.notifications.rules.digests import compose_digest, in_group
from headwater.notifications.rules.messages import compose, compose_recovery, with_note
from headwater.notifications.rules.rates import Meter
from headwater.notifications.schemas.digests import Digest
from headwater.notifications.schemas.news import News
from headwater.notifications.service import deliveries, health
from headwater.notifications.service.channels import Kinds
from headwater.notifications.service.deliveries import CLAIM, Job
from headwater.notifications.service.gates import meter_of
from headwater.notifications.service.openings import Openings
from headwater.notifications.service.results import Ended
from headwater.notifications.service.sending import Tried, send
from headwater.settings import Settings

MOST_AT_ONCE = 64  # tries, each in a thread
FEW_AT_ONCE = MOST_AT_ONCE // 2  # with so few, more are claimed: many at a time, or each costs more
MOST_LOOKS = 8  # of one claim: what it found first may be of channels that have to rest
LONGEST_TRY = 45.0  # seconds; a channel that takes longer is given up on, though it may go on
REST = 0.1  # seconds between two looks that news cause
SOON = 0.02  # seconds to the next look where more may wait than there was room for
PAUSE = 1.0  # seconds between two tries to keep a result while the database is away
_NEWS: TypeAdapter[News | Digest | Message] = TypeAdapter(
    Annotated[News | Digest | Message, Field(union_mode="left_to_right")]
)
logger = logging.getLogger(__name__)


@dataclass
class Flight:
    """A try under way. *over* says that its result is settled, whatever the channel says yet."""

    job: Job
    now: datetime
    begun: float = field(default_factory=time.monotonic)
    over: bool = False
    meter: Meter | None = None  # of the channel, once it was opened

    def time(self) -> datetime:
        """Return the time by the clock that the tick was told."""
        return self.now + timedelta(seconds=time.monotonic() - self.begun)


class Mailroom:
    """The delivery loop of one services process; any number of them share the outbox."""

    def __init__(
        self,
        settings: Settings,
        kinds: Kinds,
        vault: Callable[[], Vault],
        count: Callable[[Outcome], None] | None = None,
    ) -> None:
        self._settings = settings
        self._count = count
        private = settings.notifications_allow_private_urls
        self._openings = Openings(kinds, vault, allow_private=private)
        operators = settings.notifications_operators_channel
        self._recorder = Recorder(health.Operators(operators, kinds, settings.public_url))
        self._senders = Senders()
        self._flights: dict[UUID, Flight] = {}
        self._by_channel: Counter[UUID] = Counter()  # those that hang are in here still
        self._landed = Condition()
        self._is_moving = False  # something began or ended since the last look
        self._is_full = False  # it was at that look, in all or for a channel
        self._found_enough = False  # to fill it: there may be more
        self._closing = Event()

    def loop(self) -> Loop:
        return Loop(
            "deliveries", (outbox.TOPIC,), self.tick, rest=REST, exclusive=False, finish=self.close
        )

    def tick(self, now: datetime) -> datetime | float | None:
        """Begin to send what is due and there is room for; return when more will be."""
        self._give_up_late()
        while jobs := self._claim(now):
            for job in jobs:
                self._begin(job, now)
            if self._is_full:  # what gets free meanwhile is for the next look: one for many
                break
        with self._landed:
            moved, self._is_moving = self._is_moving, False
        if moved and self._is_full:
            return self._wait_for_room()
        with reading() as session:
            due = queries.find_next_due(session, now)
        if not self._flights:
            return due
        # What ends wakes us; this is for what does not end.
        late = now + timedelta(seconds=LONGEST_TRY)
        return min(due or late, late)

    def _wait_for_room(self) -> float:
        """Wait for what ends soon; return the seconds to the next look."""
        with self._landed:
            if len(self._flights) <= FEW_AT_ONCE:  # there is room, but not for busy channels
                return SOON
            self._landed.wait_for(lambda: len(self._flights) <= FEW_AT_ONCE, SOON)
            return 0.0

    def wait(self, seconds: float) -> bool:
        """Wait until nothing is being sent; say if that was so in time."""
        with self._landed:
            return self._landed.wait_for(lambda: not self._flights, seconds)

    def wait_for_threads(self, seconds: float) -> bool:
        """Wait until no channel is at work any more, be it given up on; say if so in time."""
        with self._landed:
            return self._landed.wait_for(lambda: not self._by_channel, seconds)

    def close(self, seconds: float) -> None:
        """Begin nothing more, and let what is being sent end."""
        self._closing.set()
        if not self.wait(seconds):
            logger.warning("%d deliveries are still being sent", len(self._flights))
        self._openings.close()

    def _claim(self, now: datetime) -> list[Job]:
        with self._landed:
            room, flying = MOST_AT_ONCE - len(self._flights), Counter(self._by_channel)
        jobs = self._look(now, flying, room) if room > 0 and not self._closing.is_set() else []
        flying.update(job.channel_id for job in jobs)
        self._found_enough = 0 < room == len(jobs)
        self._is_full = len(jobs) >= room or bool(_full(flying))
        return jobs

    def _look(self, now: datetime, flying: Counter[UUID], room: int) -> list[Job]:
        skip = Capability.SKIP_LOCKED in storage_of(db.engine).capabilities
        for _ in range(MOST_LOOKS):
            if not self._found_enough and not self._has_due(now, flying):
                return []
            self._found_enough = False
            if jobs := write(
                lambda session: deliveries.claim(
                    session,
                    flying,
                    room,
                    now=now,
                    skip_locked=skip,
                    metered=self._settings.notifications_limit_rates,
                )
            ):
                return jobs
        return []

    def _has_due(self, now: datetime, flying: Counter[UUID]) -> bool:
        """Look without waiting for any writer; mostly there is nothing."""
        with reading() as session:
            return queries.has_due(session, now, _full(flying))

    def _begin(self, job: Job, now: datetime) -> None:
        flight = Flight(job, now)
        with self._landed:
            self._flights[job.delivery_id] = flight
            self._by_channel[job.channel_id] += 1
            self._is_moving = True
        self._senders.begin(partial(copy_context().run, self._fly, flight))

    def _fly(self, flight: Flight) -> None:
        try:
            tried = self._try(flight)
            if not self._settle(flight):
                logger.warning("delivery %s ended too late", flight.job.delivery_id)
                return
            self._record(flight, tried)
        finally:
            with self._landed:
                self._land(flight)
                self._leave(flight.job.channel_id)

    def _try(self, flight: Flight) -> Tried:
        job = flight.job
        if job.passed.closed:
            return Tried(DeliveryError(job.passed.closed, permanent=True), 0.0)
        try:
            channel = self._openings.open(job.workspace_id, job.channel_id, job.channel_version)
            flight.meter = meter_of(job.channel_id, channel)
            news = _NEWS.validate_json(text(job.news))
        except DeliveryError as error:
            return Tried(error, 0.0)
        except Exception as fault:
            logger.exception("delivery %s cannot be prepared", job.delivery_id)
            return Tried(DeliveryError(f"it cannot be prepared: {type(fault).__name__}"), 0.0)
        if job.problem == Problem.UNSURE and not channel.closes_problems:
            return Tried(None, 0.0, dropped=True)
        message = _compose(job, news, self._settings.public_url)
        return send(channel, message, str(job.delivery_id), job.standing)

    def _settle(self, flight: Flight) -> bool:
        """Say if this is the first to know how *flight* ended."""
        with self._landed:
            first, flight.over = not flight.over, True
        return first

    def _land(self, flight: Flight) -> None:
        if self._flights.get(flight.job.delivery_id) is flight:
            del self._flights[flight.job.delivery_id]
            self._is_moving = True
            if len(self._flights) <= FEW_AT_ONCE:  # nobody waits for more than that
                self._landed.notify_all()

    def _leave(self, channel_id: UUID) -> None:
        self._by_channel[channel_id] -= 1
        if not self._by_channel[channel_id]:
            del self._by_channel[channel_id]
        if not self._by_channel:
            self._landed.notify_all()

    def _give_up_late(self) -> None:
        now = time.monotonic()
        with self._landed:
            late = [f for f in self._flights.values() if now - f.begun > LONGEST_TRY]
        for flight in late:
            if self._settle(flight):
                reason = f"the channel took longer than {LONGEST_TRY:g} seconds"
                self._record(flight, Tried(DeliveryError(reason), now - flight.begun))
                with self._landed:
                    self._land(flight)

    def _record(self, flight: Flight, tried: Tried) -> None:
        """Keep the result: once the claim ends without it, the message would be sent again."""
        jitter, end = random(), flight.begun + CLAIM.total_seconds()  # noqa: S311  # no secret
        ended = Ended(flight.job, tried, flight.time(), jitter)
        while True:
            try:
                self._recorder.keep(ended, flight.meter)
                if self._count is not None:
                    self._count(ended.outcome)
                return
            except (DBAPIError, UnavailableError) as error:
                if time.monotonic() > end:
                    logger.exception("how delivery %s went is lost", flight.job.delivery_id)
                    return
                logger.error("the database is away: %s", type(error).__name__)
                time.sleep(PAUSE)


def _full(flying: Counter[UUID]) -> list[UUID]:
    return [id_ for id_, count in flying.items() if count >= deliveries.MOST_PER_CHANNEL]


def _compose(job: Job, news: News | Digest | Message, url: str) -> Message:
    if isinstance(news, Message):
        return news
    if isinstance(news, Digest):
        message = with_note(compose_digest(news, job.policy_id, url), job.note)
    elif job.problem is None:
        message = compose(news, job.templates, job.policy_id, url, job.note)
    else:
        lost = job.problem == Problem.LOST
        message = compose_recovery(news, job.policy_id, url, was_lost=lost, note=job.note)
    return in_group(message, job.policy_id, job.group_id)
