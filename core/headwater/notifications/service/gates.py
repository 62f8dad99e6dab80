"""Lets through what a channel's health and rate allow, when what is due is claimed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import text
from headwater.notifications.channels import Channel, Rate
from headwater.notifications.queries import health as queries
from headwater.notifications.queries import outbox
from headwater.notifications.rules.rates import Bucket, Meter

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
        meters = {id_: meter_of_row(row) for id_, row in self._known.items()} if metered else {}
        self._meters = {id_: meter for id_, meter in meters.items() if meter}
        self._buckets = self._open_buckets()
        self._taken: set[str] = set()
        self._probed: set[UUID] = set()
        self._rests: dict[UUID, datetime] = {}

    def ask(self, delivery: Row[Any], probe_until: datetime) -> Pass | None:
        """Return what lets *delivery* through, or None: not now."""
        channel_id = delivery.channel_id
        row = self._known.get(channel_id)
        if row is None:
            return Pass()
        health = queries.health_of(row)
        meter = self._meters.get(channel_id)
        if health.is_disabled_before(delivery.resent):
            return Pass(by_hand=True, meter=meter_of_row(row))
        if health.closed_to_all:
            return Pass(closed=health.closed_to_all)
        if meter and self._buckets[meter.key].without_one() is None:
            self._rests[channel_id] = self._buckets[meter.key].next_token(meter.rate)
            return None
        if health.open_until and not self._may_probe(channel_id, health.open_until, probe_until):
            return None
        if meter and (left := self._buckets[meter.key].without_one()):
            self._buckets[meter.key] = left
            self._taken.add(meter.key)
        recently = health.last_success and self._now - health.last_success < NOTE_SUCCESS_EVERY
        steady = bool(recently) and health.is_well and text(row.recent) == b"[]"
        return Pass(steady=steady, meter=meter_of_row(row))

    def close(self) -> None:
        """Keep what was taken, and let those rest that have to."""
        if self._taken:
            taken = {key: self._buckets[key] for key in sorted(self._taken)}
            queries.fill_buckets(self._session, taken)
        for channel_id, until in sorted(self._rests.items()):
            workspace = self._workspaces[channel_id]
            outbox.pause_channel(self._session, workspace, channel_id, until)

    def _may_probe(self, channel_id: UUID, open_until: datetime, probe_until: datetime) -> bool:
        """Say if this is the one try that decides; whoever comes too late rests."""
        if open_until > self._now:
            self._rests[channel_id] = open_until
            return False
        if channel_id in self._probed:
            return False
        self._probed.add(channel_id)
        self._rests[channel_id] = probe_until
        return queries.begin_probe(self._session, channel_id, self._now, probe_until)

    def _open_buckets(self) -> dict[str, Bucket]:
        if not self._meters:
            return {}
        rates = {meter.key: meter.rate for meter in self._meters.values()}
        workspaces = {meter.key: self._workspaces[id_] for id_, meter in self._meters.items()}
        new = [
            {"workspace_id": workspaces[key], "key": key, "tokens": rate.burst, "at": self._now}
            for key, rate in sorted(rates.items())
        ]
        found = queries.lock_buckets(self._session, new, sorted(rates))
        return {key: bucket.filled(rates[key], self._now) for key, bucket in found.items()}


def meter_of(channel_id: UUID, channel: Channel[Any]) -> Meter:
    """Return what *channel* takes its tokens of: what it shares with others of one account, or of
    its own."""
    account = channel.account()
    if account is None:
        return Meter(str(channel_id), channel.rate)
    digest = sha256(f"{channel.slug}\n{account}".encode("utf-8", "replace")).hexdigest()
    return Meter(digest, channel.rate)


def meter_of_row(row: Row[Any]) -> Meter | None:
    """Return what is kept of a channel's meter, if anything is."""
    return Meter(row.bucket, Rate(row.per_second, row.burst)) if row.bucket else None
