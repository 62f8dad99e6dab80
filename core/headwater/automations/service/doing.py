"""Does actions, and keeps how each went: once, whoever dies meanwhile."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.automations.models import ActionState
from headwater.automations.queries import actions as queries
from headwater.automations.rules.outcomes import Result, events_of
from headwater.automations.rules.retries import retry_at
from headwater.automations.rules.targets import flow_run_of
from headwater.automations.schemas.actions import DeleteFlowRun
from headwater.automations.service.acting import Means, act
from headwater.automations.service.firings import TOPIC
from headwater.automations.service.preparing import Job
from headwater.db.session import signal_after_commit
from headwater.events import log
from headwater.texts import show

CLAIM = timedelta(minutes=1)  # far more than a call may take


def do(session: Session, job: Job, means: Means, *, now: datetime) -> Result | None:
    """Do an action and keep its outcome, in one transaction; None where another has it."""
    if not queries.hold(session, job.id, now=now):
        return None
    result = act(session, job, means, now=now)
    _settle(session, job, None, result, now)
    return result


def find_deleted_run(job: Job, result: Result) -> UUID | None:
    """Return the run that an action deleted, whose logs are to be removed yet."""
    if not isinstance(job.action, DeleteFlowRun) or result.reason is not None:
        return None
    return flow_run_of(job.labels, job.occasion.event)


def claim(session: Session, action_id: UUID, token: UUID, *, now: datetime) -> int | None:
    """Claim an action that goes out; return how often that was done, None where another has it."""
    return queries.claim(session, action_id, token, now + CLAIM, now=now)


def record(session: Session, job: Job, token: UUID, result: Result, *, now: datetime) -> bool:
    """Keep the outcome of what was claimed; say if the claim was still ours."""
    signal_after_commit(session, TOPIC)  # there is room for another
    return _settle(session, job, token, result, now)


def postpone(
    session: Session,
    action_id: UUID,
    token: UUID | None,
    attempts: int,
    *,
    jitter: float,
    now: datetime,
) -> bool:
    """Have an action tried again; say if it may be, after so many attempts."""
    due = retry_at(attempts, jitter=jitter, now=now)
    if due is None:
        return False
    signal_after_commit(session, TOPIC)
    change = {"due": due, "claim": None, "attempts": attempts}
    queries.change(session, action_id, token, change)
    return True


def give_up(
    session: Session,
    action_id: UUID,
    token: UUID | None,
    job: Job | None,
    reason: str,
    *,
    now: datetime,
) -> None:
    """Keep that an action failed which the server itself cannot do. Where not even its *job* could
    be made out, no event tells of that."""
    result = Result(reason=reason)
    if job is not None:
        _settle(session, job, token, result, now)
    else:
        queries.change(session, action_id, token, _outcome(result, now))


def _settle(session: Session, job: Job, token: UUID | None, result: Result, now: datetime) -> bool:
    if not queries.change(session, job.id, token, _outcome(result, now)):
        return False
    log.append(session, job.workspace_id, events_of(job.told, result, now=now), now=now)
    return True


def _outcome(result: Result, now: datetime) -> dict[str, Any]:
    return {
        "state": ActionState.EXECUTED if result.reason is None else ActionState.FAILED,
        "claim": None,
        "ended": now,
        "reason": None if result.reason is None else show(result.reason),
        "details": result.kept(),
    }
