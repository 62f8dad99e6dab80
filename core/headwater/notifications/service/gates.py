"""Lets through what a channel's health and rate allow, when what is due is claimed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import parse, text
from headwater.notifications.channels import Channel, Rate
from headwater.notifications.queries import health as queries
from headwater.notifications.queries import outbox
from headwater.notifications.rules.rates import Bucket, Meter, Source

NOTE_SUCCESS_EVERY = timedelta(minutes=1)  # where there is nothing else to keep


@dataclass(frozen=True)
class Pass:
    """What a try has to know. *closed* says why it may not be made at all, *by_hand* that a person
    wants it made though the channel is disabled, *steady* that there is nothing to keep when it
    gets through, *meter* what it took a token of."""

    closed: str | None = None
    by_hand: bool = False
    steady: bool = False
    meter: Meter | None = None


class Gate:
    """Decides for the rows of one claim, and keeps at its end what that changed.

    A channel that has no token left, or one whose breaker lets one try through, rests from then on:
    no claim finds its rows until then. The first few messages of a channel, before it was ever
    opened, are not metered.
    """

    def __init__(
        self, session: Session, rows: Sequence[Row[Any]], now: datetime, *, metered: bool
    ) -> None:
        self._session, self._now = session, now
        self._workspaces = {row.channel_id: row.workspace_id for row in rows}
        found = queries.list_some(session, self._workspaces) if rows else ()
        self._known = {row.channel_id: row for row in found}
        self._kept = {id_: meter_of_row(row) for id_, row in self._known.items()}
        self._meters = {id_: meter for id_, meter in self._kept.items() if meter and metered}
        self._buckets = self._open_buckets()
        self._taken: set[str] = set()
        self._probed: set[UUID] = set()
        self._rests: dict[UUID, datetime] = {}
        self._ill: set[UUID] = set()

    def ask(self, delivery: Row[Any], probe_until: datetime) -> Pass | None:
        """Return what lets *delivery* through, or None: not now."""
        channel_id = delivery.channel_id
        row = self._known.get(channel_id)
        if row is None:
            return Pass()
        health = queries.health_of(row)
        meter = self._meters.get(channel_id)
        if health.is_disabled_before(delivery.resent):
            return Pass(by_hand=True, meter=self._kept[channel_id])
        if health.closed_to_all:
            return Pass(closed=health.closed_to_all)
        if meter and (rest := self._find_rest(meter)):
            self._rests[channel_id] = rest
            return None
        if health.open_until and not self._may_probe(channel_id, health.open_until, probe_until):
            return None
        if meter:
            self._take(meter)
        recently = health.last_success and self._now - health.last_success < NOTE_SUCCESS_EVERY
        steady = bool(recently) and health.is_well and text(row.recent) == b"[]"
        return Pass(steady=steady, meter=self._kept[channel_id])

    def close(self) -> None:
        """Keep what was taken, and let those rest that have to."""
        if self._taken:
            taken = {key: self._buckets[key] for key in sorted(self._taken)}
            queries.fill_buckets(self._session, taken)
        for channel_id, until in sorted(self._rests.items()):
            workspace = self._workspaces[channel_id]
            outbox.pause_channel(
                self._session, workspace, channel_id, until, refused=channel_id in self._ill
            )

    def _find_rest(self, meter: Meter) -> datetime | None:
        """Return until when one of the buckets has no token; None: each has one."""
        empty = (one for one in meter.sources if self._buckets[one.key].without_one() is None)
        return max((self._buckets[one.key].next_token(one.rate) for one in empty), default=None)

    def _take(self, meter: Meter) -> None:
        for source in meter.sources:
            if left := self._buckets[source.key].without_one():
                self._buckets[source.key] = left
                self._taken.add(source.key)

    def _may_probe(self, channel_id: UUID, open_until: datetime, probe_until: datetime) -> bool:
        """Say if this is the one try that decides; whoever comes too late rests."""
        if open_until > self._now:
            self._rests[channel_id] = open_until
            self._ill.add(channel_id)
            return False
        if channel_id in self._probed:
            return False
        self._probed.add(channel_id)
        self._rests[channel_id] = probe_until
        return queries.begin_probe(self._session, channel_id, self._now, probe_until)

    def _open_buckets(self) -> dict[str, Bucket]:
        if not self._meters:
            return {}
        rates = {one.key: one.rate for meter in self._meters.values() for one in meter.sources}
        workspaces = {
            one.key: self._workspaces[id_]
            for id_, meter in self._meters.items()
            for one in meter.sources
        }
        new = [
            {"workspace_id": workspaces[key], "key": key, "tokens": rate.burst, "at": self._now}
            for key, rate in sorted(rates.items())
        ]
        found = queries.lock_buckets(self._session, new, sorted(rates))
        return {key: bucket.filled(rates[key], self._now) for key, bucket in found.items()}


def meter_of(channel_id: UUID, channel: Channel[Any]) -> Meter:
    """Return what *channel* takes its tokens of: what it shares with others of an account, or what
    is its own."""
    sources: dict[str, Source] = {}
    for quota in channel.quotas():
        key = _key(channel_id, channel.slug, quota.account)
        if key in sources:  # which is bounded in several ways
            key = f"{key}/{len(sources)}"
        sources[key] = Source(key, quota.rate)
    return Meter(tuple(sources.values()))


def _key(channel_id: UUID, slug: str, account: str | None) -> str:
    if account is None:
        return str(channel_id)
    return sha256(f"{slug}\n{account}".encode("utf-8", "replace")).hexdigest()


def meter_of_row(row: Row[Any]) -> Meter | None:
    """Return what is kept of a channel's meter, if anything is."""
    kept = parse(row.meter)
    if kept is None:
        return None
    return Meter(tuple(Source(key, Rate(*rate)) for key, *rate in kept))


def row_of_meter(meter: Meter) -> list[Any]:
    """Return a meter as it is kept."""
    return [[one.key, one.rate.per_second, one.rate.burst] for one in meter.sources]
