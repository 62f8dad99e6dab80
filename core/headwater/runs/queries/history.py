"""Statements over runs in time: how many there were in which state, and how late they were."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Integer,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import Session

from headwater.db.base import UtcDateTime, to_text
from headwater.db.criteria import Condition
from headwater.db.hot import HotStatement
from headwater.db.json import dump
from headwater.db.moments import seconds_between
from headwater.runs.queries.flow_run_lists import order_of
from headwater.runs.queries.flow_runs import flow_run
from headwater.runs.queries.task_runs import task_run
from headwater.runs.rules.history import Interval
from headwater.runs.schemas.flow_runs import FlowRunSort
from headwater.runs.schemas.states import FINAL, StateType

_FINAL = sorted(FINAL)
_BAR: tuple[str, ...] = ("id", "state_type", "start_time", "expected_start_time", "end_time")
_BAR += ("total_run_time", "state_timestamp")
_now = bindparam("now", type_=UtcDateTime)


def _lateness(table: Table) -> ColumnElement[float]:
    """Return the seconds that a run started late, or is late by now."""
    c = table.c
    # One by one, since a hot statement takes no list.
    open_ = [c.state_type != final for final in _FINAL]
    waits = and_(c.start_time.is_(None), *open_, c.expected_start_time < _now)
    return case(
        (
            c.start_time > c.expected_start_time,
            seconds_between(c.expected_start_time, c.start_time),
        ),
        (waits, seconds_between(c.expected_start_time, _now)),
        else_=0.0,
    )


def _count_by(table: Table, number: ColumnElement[int], source: FromClause) -> Select[Any]:
    c = table.c
    since_entered = case(
        (
            and_(c.state_type == StateType.RUNNING, c.state_timestamp < _now),
            seconds_between(c.state_timestamp, _now),
        ),
        else_=0.0,
    )
    return (
        select(
            number.label("number"),
            c.state_type,
            c.state_name,
            func.count().label("count_runs"),
            func.sum(c.total_run_time + since_entered).label("sum_estimated_run_time"),
            func.sum(_lateness(table)).label("sum_estimated_lateness"),
        )
        .select_from(source)
        .where(c.state_type.is_not(None))
        # By its name: the expression has parameters.
        .group_by(text("number"), c.state_type, c.state_name)
    )


def _by_bucket(table: Table) -> Select[Any]:
    """Find each run's interval among the edges: PostgreSQL is slow at making numbers of times."""
    expected = table.c.expected_start_time
    edges = bindparam("edges", type_=ARRAY(UtcDateTime))
    number = func.width_bucket(expected, edges, type_=Integer) - 1
    return _count_by(table, number, table).where(
        expected >= bindparam("start"), expected < bindparam("end")
    )


def _by_search(table: Table) -> Select[Any]:
    """Search the runs of each interval in an index: SQLite is slow at reading its times."""
    expected = table.c.expected_start_time
    interval = func.json_each(bindparam("intervals")).table_valued("key", "value", name="interval")
    start, end = (
        func.json_extract(interval.c.value, literal_column(f"'$[{place}]'")) for place in (0, 1)
    )
    source = interval.join(table, and_(expected >= start, expected < end))
    return _count_by(table, interval.c.key, source)


_HISTORIES = {
    (name, table): build(table)
    for name, build in (("sqlite", _by_search), ("postgresql", _by_bucket))
    for table in (flow_run, task_run)
}
# What most ask for: all runs of a time.
_WHOLE = {
    key: HotStatement(statement.where(key[1].c.workspace_id == bindparam("workspace")))
    for key, statement in _HISTORIES.items()
}
_LATENESS = select(func.avg(_lateness(flow_run))).select_from(flow_run)


def list_history(
    session: Session,
    table: Table,
    workspace: UUID,
    condition: Condition | None,
    intervals: Sequence[Interval],
    now: datetime,
) -> Sequence[Row[Any]]:
    """Count runs of a table by interval and state, all of the workspace if there is no condition.

    Give rows of `number` (of the interval), `state_type`, `state_name`, in the order of these,
    `count_runs`, and the seconds `sum_estimated_run_time` and `sum_estimated_lateness`; none where
    there are no runs.
    """
    dialect = session.get_bind().dialect.name
    edges = [*(start for start, _ in intervals), intervals[-1].end]
    values = {"now": now} | (_texts if dialect == "sqlite" else _times)(edges)
    if condition is None:
        rows = _WHOLE[dialect, table].all(session, values | {"workspace": workspace})
    else:
        rows = session.execute(_HISTORIES[dialect, table].where(condition), values).all()
    # Here, since PostgreSQL would sort all runs to have the counts in order, by a locale's rules.
    return sorted(rows, key=itemgetter(0, 1, 2))


def _times(edges: list[datetime]) -> dict[str, Any]:
    return {"edges": edges, "start": edges[0], "end": edges[-1]}


def _texts(edges: list[datetime]) -> dict[str, Any]:
    """Return the intervals as SQLite compares them with the times that it keeps."""
    return {"intervals": dump(list(pairwise(map(to_text, edges))))}


def list_recent_runs(
    session: Session, condition: Condition, sort: FlowRunSort, limit: int, offset: int
) -> Sequence[Row[Any]]:
    """Return of each run what a bar of a chart shows."""
    page = select(*(flow_run.c[name] for name in _BAR)).where(condition)
    page = page.order_by(*order_of(sort))
    return session.execute(page.limit(limit).offset(offset)).all()


def find_lateness(session: Session, condition: Condition, now: datetime) -> float | None:
    """Return by how many seconds runs started late, or are late by now, in the mean."""
    found: float | None = session.scalar(_LATENESS.where(condition), {"now": now})
    return found
