"""The statements of a scrape: few, each answered by an index, and of all workspaces."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Row,
    ScalarSelect,
    Select,
    bindparam,
    case,
    cast,
    func,
    select,
    text,
)
from sqlalchemy.orm import Session

from headwater.automations.models import AutomationAction, AutomationReader
from headwater.concurrency.queries.limits import leased_slots, limit
from headwater.deployments.models import DeploymentSchedule
from headwater.events.models import Event
from headwater.notifications.models import DEAD, HELD, WAITING, ChannelHealth, Delivery
from headwater.runs.models import FlowRun, FlowRunCount
from headwater.runs.models.flow_runs import DUE
from headwater.work.models import WorkPool, WorkQueue

_count, _run = FlowRunCount.__table__, FlowRun.__table__
_pool, _queue = WorkPool.__table__, WorkQueue.__table__
_delivery, _health = Delivery.__table__, ChannelHealth.__table__
_plan_at = DeploymentSchedule.__table__.c.plan_at
_action, _reader = AutomationAction.__table__, AutomationReader.__table__
_event = Event.__table__

_RUNS = select(_count.c.state_type, cast(func.sum(_count.c.runs), BigInteger)).group_by(
    _count.c.state_type
)


def _deliveries(condition: str) -> ScalarSelect[Any]:
    return select(func.count()).select_from(_delivery).where(text(condition)).scalar_subquery()


_FIGURES: Select[Any] = select(
    select(func.min(_plan_at)).where(_plan_at.is_not(None)).scalar_subquery().label("plan_at"),
    select(func.min(_delivery.c.due)).where(text(WAITING.text)).scalar_subquery().label("due"),
    select(func.min(_action.c.due))
    .where(text("state = 'pending'"))
    .scalar_subquery()
    .label("action_due"),
    _deliveries(WAITING.text).label("waiting"),
    _deliveries(HELD.text).label("held"),
    _deliveries(DEAD.text).label("dead"),
    select(func.count())
    .where(_health.c.open_until > bindparam("now"))
    .scalar_subquery()
    .label("resting"),
    select(func.count()).where(_health.c.disabled.is_not(None)).scalar_subquery().label("disabled"),
)
_READERS: Select[Any] = select(
    _reader.c.name,
    select(_event.c.received)
    .where(_event.c.position > _reader.c.position)
    .order_by(_event.c.position)
    .limit(1)
    .scalar_subquery()
    .label("unread"),
)
# That a run is late is told by its time, which the index has; its state's name would cost a look
# at each run.
_DUE = (
    select(
        _run.c.work_queue_id,
        func.count().label("due"),
        func.sum(
            case((_run.c.next_scheduled_start_time <= bindparam("late_from"), 1), else_=0)
        ).label("late"),
    )
    .where(text(DUE), _run.c.next_scheduled_start_time <= bindparam("now"))
    .group_by(_run.c.work_queue_id)
    .subquery("due_runs")
)
_QUEUES: Select[Any] = (
    select(
        _pool.c.name.label("pool"),
        _queue.c.name.label("queue"),
        func.coalesce(_DUE.c.due, 0).label("due"),
        func.coalesce(_DUE.c.late, 0).label("late"),
    )
    .select_from(_queue.join(_pool).outerjoin(_DUE, _DUE.c.work_queue_id == _queue.c.id))
    .order_by(_pool.c.name, _queue.c.name)
)
_LIMITS: Select[Any] = (
    select(*limit.c, leased_slots().label("leased")).where(limit.c.active).order_by(limit.c.name)
)


def count_runs(session: Session) -> dict[str, int]:
    """Return how many flow runs there are by type of state, "" of those without one."""
    return {row[0]: row[1] for row in session.execute(_RUNS)}


def get_figures(session: Session, now: datetime) -> Row[Any]:
    return session.execute(_FIGURES, {"now": now}).one()


def list_readers(session: Session) -> Sequence[Row[Any]]:
    """Return each reader of the event log, and when the first event came that it has not read."""
    return session.execute(_READERS).all()


def list_queues(session: Session, now: datetime, late_from: datetime) -> Sequence[Row[Any]]:
    """Return each queue with how many of its runs are *due*, and how many of those are *late*."""
    return session.execute(_QUEUES, {"now": now, "late_from": late_from}).all()


def list_limits(session: Session, now: datetime) -> Sequence[Row[Any]]:
    """Return the limits in force, with the slots that are *leased*."""
    return session.execute(_LIMITS, {"now": now}).all()
