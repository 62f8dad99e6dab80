"""Keeps how tries ended, and what follows from that."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from headwater.db.session import signal_after_commit
from headwater.notifications.models import Outcome
from headwater.notifications.outbox import TOPIC
from headwater.notifications.queries import outbox
from headwater.notifications.rules.recoveries import OVER
from headwater.notifications.rules.schedule import Verdict, judge
from headwater.notifications.rules.standing import row_of_standing
from headwater.notifications.schemas.states import DeliveryState
from headwater.notifications.service.deliveries import Job
from headwater.notifications.service.following import follow_failure
from headwater.notifications.service.sending import Tried

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ended:
    """A try that ended *now*. *jitter* is as `judge` takes it."""

    job: Job
    tried: Tried
    now: datetime
    jitter: float

    @property
    def outcome(self) -> Outcome:
        error = self.tried.error
        if error is None:
            return Outcome.DROPPED if self.tried.dropped else Outcome.SENT
        if self.tried.reached:
            return Outcome.PARTLY
        if error.limited:
            return Outcome.LIMITED
        return Outcome.REFUSED if error.permanent else Outcome.FAILED

    @property
    def end(self) -> DeliveryState:
        """How the delivery ends if it is not tried again."""
        standing = self.tried.standing or self.job.standing
        return DeliveryState.PARTLY if standing and standing.told else DeliveryState.DEAD


def record(session: Session, several: Sequence[Ended]) -> None:
    """Keep how tries went, and what follows from it."""
    judged = [(ended, _judge(ended)) for ended in several]
    outbox.end_attempts(session, [_attempt(ended) for ended in several])
    ours = outbox.settle(session, [_change(ended, verdict) for ended, verdict in judged])
    outbox.keep_standings(
        session,
        [
            {"id": ended.job.delivery_id, **row_of_standing(ended.tried.standing)}
            for ended in several
            if ended.tried.standing and (ended.job.delivery_id, ended.job.token) in ours
        ],
    )
    for ended, verdict in judged:
        is_ours = (ended.job.delivery_id, ended.job.token) in ours
        if not is_ours:
            logger.warning("delivery %s was taken over before it ended", ended.job.delivery_id)
        if verdict is not None:
            _follow(session, ended, verdict, is_ours)
    signal_after_commit(session, TOPIC)  # there is room for others


def _follow(session: Session, ended: Ended, verdict: Verdict, is_ours: bool) -> None:
    job = ended.job
    if not verdict.again:
        logger.warning("delivery %s is given up: %s", job.delivery_id, verdict.reason)
    if verdict.pause:
        outbox.pause_channel(session, job.workspace_id, job.channel_id, verdict.pause)
    if is_ours:
        follow_failure(session, job, verdict.reason, _state(ended, verdict), now=ended.now)


def _judge(ended: Ended) -> Verdict | None:
    """Return None where nothing failed, in this try or for good in one before."""
    job, error, remark = ended.job, ended.tried.error, ended.tried.remark
    if error is None:
        return None if remark is None else Verdict(None, job.failures, remark)
    return judge(error, job.failures, written=job.written, now=ended.now, jitter=ended.jitter)


def _state(ended: Ended, verdict: Verdict) -> DeliveryState:
    return DeliveryState.PENDING if verdict.again else ended.end


def _attempt(ended: Ended) -> dict[str, Any]:
    tried = ended.tried
    return {
        "delivery_id": ended.job.delivery_id,
        "number": ended.job.attempt,
        "outcome": ended.outcome,
        "duration": tried.duration,
        "status": tried.status,
        "response": tried.response,
        "error": str(tried.error) if tried.error else None,
    }


def _change(ended: Ended, verdict: Verdict | None) -> dict[str, Any]:
    job, dropped = ended.job, ended.tried.dropped
    keys = {"id": job.delivery_id, "claim": job.token}
    if verdict is None:
        state = DeliveryState.MERGED if dropped else DeliveryState.SENT
        change = {"due": ended.now, "failures": job.failures, "reason": OVER if dropped else None}
        return {**keys, "state": state, **change}
    due = verdict.again or ended.now
    change = {"due": due, "failures": verdict.failures, "reason": verdict.reason}
    return {**keys, "state": _state(ended, verdict), **change}
