"""Statements over runs in time: how many there were in which state, and how late they were."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Row,
    and_,
    case,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.orm import Session

from headwater.db.base import UtcDateTime
from headwater.db.criteria import Condition
from headwater.db.moments import microseconds, seconds_between, to_microseconds
from headwater.runs.queries.flow_runs import flow_run, order_of
from headwater.runs.rules.history import Interval
from headwater.runs.schemas.flow_runs import FlowRunSort
from headwater.runs.schemas.states import FINAL, StateType

_FINAL = sorted(FINAL)
_BAR: tuple[str, ...] = ("id", "state_type", "start_time", "expected_start_time", "end_time")
_BAR += ("total_run_time", "state_timestamp")


def list_history(
    session: Session,
    table: FromClause,
    condition: Condition,
    intervals: Sequence[Interval],
    now: datetime,
) -> Sequence[Row[Any]]:
    """Count runs of a table by interval and state.

    Give rows of `number` (of the interval), `state_type`, `state_name`, `count_runs`, and the
    seconds `sum_estimated_run_time` and `sum_estimated_lateness`; none where there are no runs.
    """
    c = table.c
    start, end = intervals[0].start, intervals[-1].end
    first, width = to_microseconds(start), to_microseconds(intervals[0].end)
    number = (microseconds(c.expected_start_time) - _big(first)) // _big(width - first)
    since_entered = case(
        (
            and_(c.state_type == StateType.RUNNING, c.state_timestamp < now),
            seconds_between(c.state_timestamp, literal(now, UtcDateTime)),
        ),
        else_=0.0,
    )
    statement = (
        select(
            number.label("number"),
            c.state_type,
            c.state_name,
            func.count().label("count_runs"),
            func.sum(c.total_run_time + since_entered).label("sum_estimated_run_time"),
            func.sum(_lateness(table, now)).label("sum_estimated_lateness"),
        )
        .where(
            condition,
            c.expected_start_time >= start,
            c.expected_start_time < end,
            c.state_type.is_not(None),
        )
        # By its name: the expression has parameters.
        .group_by(text("number"), c.state_type, c.state_name)
        .order_by(text("number"), c.state_type, c.state_name)
    )
    return session.execute(statement).all()


def list_recent_runs(
    session: Session, condition: Condition, sort: FlowRunSort, limit: int, offset: int
) -> Sequence[Row[Any]]:
    """Return of each run what a bar of a chart shows."""
    page = select(*(flow_run.c[name] for name in _BAR)).where(condition)
    page = page.order_by(*order_of(sort))
    return session.execute(page.limit(limit).offset(offset)).all()


def find_lateness(session: Session, condition: Condition, now: datetime) -> float | None:
    """Return by how many seconds runs started late, or are late by now, in the mean."""
    mean = func.avg(_lateness(flow_run, now))
    found: float | None = session.scalar(select(mean).select_from(flow_run).where(condition))
    return found


def _lateness(table: FromClause, now: datetime) -> ColumnElement[float]:
    """Return the seconds that a run started late, or is late by now."""
    c = table.c
    waits = and_(c.start_time.is_(None), c.state_type.not_in(_FINAL), c.expected_start_time < now)
    return case(
        (
            c.start_time > c.expected_start_time,
            seconds_between(c.expected_start_time, c.start_time),
        ),
        (waits, seconds_between(c.expected_start_time, literal(now, UtcDateTime))),
        else_=0.0,
    )


def _big(value: int) -> ColumnElement[int]:
    return literal(value, BigInteger)
