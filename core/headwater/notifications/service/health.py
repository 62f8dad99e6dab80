"""Keeps how channels do, gives up on those that are gone, and tells people of it once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.db.session import signal_after_commit
from headwater.errors import ConflictError, NotFoundError
from headwater.events import log
from headwater.events.schemas import Event, make_resource
from headwater.ids import uuid7
from headwater.notifications import outbox
from headwater.notifications.queries import health as queries
from headwater.notifications.rules import health as rules
from headwater.notifications.rules.health import Change, Health, HealthState
from headwater.notifications.rules.ill_channels import compose_news
from headwater.notifications.rules.rates import Meter
from headwater.notifications.rules.schedule import asked_by
from headwater.notifications.schemas.channels import (
    ChannelEnabled,
    ChannelInFull,
    ChannelOff,
    ChannelShown,
    HealthShown,
)
from headwater.notifications.service import channels
from headwater.notifications.service.channels import Kinds
from headwater.notifications.service.deliveries import Job
from headwater.notifications.service.gates import meter_of_row, row_of_meter
from headwater.notifications.service.results import Ended

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Operators:
    """The channel by which people are told of other channels: *reference* is that of a setting."""

    reference: str | None
    kinds: Kinds
    public_url: str

    def find(self, session: Session, workspace: UUID) -> UUID | None:
        """Return the channel, if there is one. That it is missing breaks nothing else."""
        if self.reference is None:
            return None
        try:
            return channels.get(session, workspace, self.reference, self.kinds).id
        except (NotFoundError, ConflictError) as error:
            logger.error("HEADWATER_NOTIFICATIONS_OPERATORS_CHANNEL: %s", error)
            return None


def note(session: Session, ended: Ended, meter: Meter | None, operators: Operators) -> None:
    """Keep what a try says of its channel. *meter* is None where the channel was not opened."""
    job, tried, now = ended.job, ended.tried, ended.now
    known = meter is None or meter == job.passed.meter
    went_well = tried.error is None or tried.reached
    if job.passed.closed or tried.dropped or (went_well and job.passed.steady and known):
        return
    if tried.spares and not went_well:
        return
    row = queries.lock_health(session, job.workspace_id, job.channel_id)
    if row is None:
        return  # it was deleted
    if meter is not None and meter != meter_of_row(row):
        of = (session, job.workspace_id, job.channel_id)
        queries.change_health(*of, {"meter": row_of_meter(meter)})
    was = queries.health_of(row)
    if tried.error is None or tried.reached:
        succeed = rules.after_test if job.passed.by_hand else rules.after_success
        health, change = succeed(was, now)
    else:
        health, change = rules.after_failure(was, tried.error, tried.status, now)
    if was.tries_one(now) or health.open_until != was.open_until:
        asked = asked_by(tried.error) if tried.error else 0.0
        _rest(session, job, health, now + timedelta(seconds=asked), now)
    _keep(session, job.workspace_id, job.channel_id, was, health, now)
    if change:
        _tell(session, job.workspace_id, job.channel_id, health, change, operators, now)


def note_test(
    session: Session,
    workspace: UUID,
    channel_id: UUID,
    operators: Operators,
    *,
    now: datetime,
) -> None:
    """Enable a channel that a test message got through: what was wrong is over."""
    row = queries.lock_health(session, workspace, channel_id)
    if row is None:
        return
    was = queries.health_of(row)
    health, change = rules.after_test(was, now)
    if was.open_until:
        queries.resume(session, channel_id)
    _keep(session, workspace, channel_id, was, health, now)
    if change:
        _tell(session, workspace, channel_id, health, change, operators, now)


def list_all(session: Session, workspace: UUID, kinds: Kinds) -> list[ChannelInFull]:
    """Return all channels by name, and how each does."""
    known, queues = queries.list_health(session, workspace), queries.list_queues(session, workspace)

    def show(one: ChannelShown) -> ChannelInFull:
        health, queue = known.get(one.id, Health()), queues.get(one.id)
        waiting, oldest = (queue.waiting, queue.oldest_due) if queue else (0, None)
        return ChannelInFull(**vars(one), health=_show(health, waiting, oldest))

    return [show(one) for one in channels.list_all(session, workspace, kinds)]


def get(session: Session, workspace: UUID, reference: str, kinds: Kinds) -> ChannelInFull:
    """Return the channel that `channels.get` finds, and how it does."""
    found = channels.get(session, workspace, reference, kinds)
    return next(one for one in list_all(session, workspace, kinds) if one.id == found.id)


def enable(
    session: Session, workspace: UUID, reference: str, kinds: Kinds, *, now: datetime
) -> ChannelEnabled:
    """Try a channel again that was disabled, is off, or rests."""
    channel_id = channels.get(session, workspace, reference, kinds).id
    row = queries.lock_health(session, workspace, channel_id)
    was = queries.health_of(row) if row else Health()
    queries.resume(session, channel_id)
    _keep(session, workspace, channel_id, was, rules.turned_on(was), now)
    since = min((time for time in (was.off, was.disabled) if time), default=None)
    missed = queries.count_missed(session, workspace, channel_id, since) if since else 0
    signal_after_commit(session, outbox.TOPIC)
    return ChannelEnabled(missed)


def disable(
    session: Session,
    workspace: UUID,
    reference: str,
    wanted: ChannelOff,
    kinds: Kinds,
    *,
    now: datetime,
) -> None:
    """Turn a channel off: what is on its way over it, and what comes, is given up."""
    channel_id = channels.get(session, workspace, reference, kinds).id
    row = queries.lock_health(session, workspace, channel_id)
    was = queries.health_of(row) if row else Health()
    _keep(session, workspace, channel_id, was, rules.turned_off(was, wanted.reason, now), now)


def list_banners(session: Session, workspace: UUID) -> Sequence[str]:
    """Return a sentence for each channel that people have to see to."""
    return [
        f"The channel {row.name} is disabled: {row.reason}"
        if row.told == Change.DISABLED
        else f"The channel {row.name} fails: {row.reason or 'nothing got through since'}"
        for row in queries.list_told(session, workspace)
    ]


def _rest(session: Session, job: Job, health: Health, asked: datetime, now: datetime) -> None:
    """Let the channel rest as its breaker and the service's answer say, and no longer."""
    until = max(health.open_until or now, asked)
    if until > now:
        queries.pause_until(session, job.workspace_id, job.channel_id, until)
    else:
        queries.resume(session, job.channel_id)


def _keep(
    session: Session, workspace: UUID, channel_id: UUID, was: Health, health: Health, now: datetime
) -> None:
    queries.keep_health(session, workspace, channel_id, health)
    if health.closed_to_all and not was.closed_to_all:
        # Given up at once, so that another channel can be told in time.
        queries.resume(session, channel_id)
        queries.hurry(session, workspace, channel_id, now)
        signal_after_commit(session, outbox.TOPIC)


def _tell(
    session: Session,
    workspace: UUID,
    channel_id: UUID,
    health: Health,
    change: Change,
    operators: Operators,
    now: datetime,
) -> None:
    """Tell people: by an event, and over the operators' channel unless it is the ill one."""
    name = queries.find_name(session, workspace, channel_id) or str(channel_id)
    logger.warning("channel %s is %s: %s", name, change, health.reason or "it works again")
    event = Event(
        id=uuid7(),
        occurred=now,
        event=f"headwater.channel.{change}",
        resource=make_resource(f"headwater.channel.{channel_id}", name=name),
        payload={"reason": health.reason, "state": health.state},
    )
    log.append_new(session, workspace, event, now=now)
    told = operators.find(session, workspace)
    if told is not None and told != channel_id:
        message = compose_news(name, channel_id, change, health.reason, operators.public_url, now)
        outbox.announce_message(
            session, workspace, told, message, event.id, now=now, subject=channel_id
        )


def _show(health: Health, waiting: int, oldest: datetime | None) -> HealthShown:
    state = health.state
    return HealthShown(
        state=state,
        reason=None if state is HealthState.HEALTHY else health.reason,
        last_success=health.last_success,
        failing_since=health.failing_since,
        since=health.off or health.disabled,
        until=health.open_until,
        waiting=waiting,
        oldest_due=oldest,
    )
