"""Statements that find runs for whoever asks a pool or a queue for work."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from headwater.criteria import AllTags
from headwater.db.criteria import Condition, meet_tags
from headwater.db.hot import HotStatement
from headwater.runs.models.flow_runs import DUE
from headwater.runs.queries.flow_runs import PLACE, flow_run
from headwater.runs.queries.slots import HOLDING, HOLDING_OF_AGENTS
from headwater.runs.rules.slots import LATE
from headwater.runs.schemas.states import StateType
from headwater.work.queries.queues import work_queue

FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
_c, _q = flow_run.c, work_queue.c
_time = _c.next_scheduled_start_time


def _is_waiting(dialect: str) -> ColumnElement[bool]:
    """Say that a run does not wait for its own process, which retries it by itself."""
    retry: ColumnElement[Any]
    if dialect == "sqlite":
        retry = func.json_extract(_c.empirical_policy, "$.retry_type")
    else:
        retry = _c.empirical_policy.op("->>")("retry_type")
    return func.coalesce(retry, "") != "in_process"


def _list_due(dialect: str, *of_queues: Condition) -> Select[Any]:
    """Return the statement: the first runs of each queue that its slots have room for, the
    queue of the first priority first. *of_queues* says which queues of the pool.

    By index each queue gives as many runs as are wanted at most, whatever waits in it.
    """
    holds = _c.state_type.in_([literal_column(f"'{each}'") for each in HOLDING])
    held = select(func.count()).where(_c.work_queue_id == _q.id, holds)
    room = case(
        (_q.concurrency_limit.is_(None), bindparam("most", type_=Integer)),
        else_=_q.concurrency_limit - held.correlate(work_queue).scalar_subquery(),
    )
    queues = (
        select(_q.id, _q.priority, room.label("room"))
        .where(_q.work_pool_id == bindparam("pool_id"), _q.is_paused.is_(False), *of_queues)
        .cte("queues")
    )
    first = (
        select(_c.id, _time.label("time"))
        .where(literal_column(f"flow_run.{DUE}".replace("AND ", "AND flow_run."), Boolean))
        .where(_c.work_queue_id == queues.c.id, _is_waiting(dialect))
        .where(_time <= bindparam("before"), _time >= bindparam("after"))
        .order_by(_time, _c.id)
        .limit(bindparam("most", type_=Integer))
        .correlate(queues)
    )
    due: Any
    if dialect == "sqlite":  # which has no LATERAL
        due = flow_run.alias("due")
        time = due.c.next_scheduled_start_time
        joined = queues.join(due, due.c.id.in_(first.with_only_columns(_c.id)))
    else:
        due = first.lateral("due")
        time = due.c.time
        joined = queues.join(due, true())
    place = func.row_number().over(partition_by=queues.c.id, order_by=(time, due.c.id))
    placed = (
        select(due.c.id, time.label("time"), queues.c.priority, queues.c.room, place.label("place"))
        .select_from(joined)
        .subquery("placed")
    )
    return (
        select(flow_run)
        .join(placed, placed.c.id == _c.id)
        .where(placed.c.place <= placed.c.room)
        .order_by(placed.c.priority, placed.c.time, _c.id)
        .limit(bindparam("most", type_=Integer))
    )


_these = _q.id.in_(bindparam("ids", expanding=True))
_DUE = {dialect: HotStatement(_list_due(dialect)) for dialect in ("sqlite", "postgresql")}
_DUE_OF_SOME = {dialect: _list_due(dialect, _these) for dialect in ("sqlite", "postgresql")}
_late = [_c.state_type == StateType.SCHEDULED, _c.state_name == LATE]


@dataclass(frozen=True)
class Window:
    """Which runs are wanted by their scheduled time, both ends included, and how many."""

    before: datetime | None = None
    after: datetime | None = None
    most: int = 200


def list_due(
    session: Session, pool_id: UUID, queue_ids: Collection[UUID] | None, window: Window
) -> Sequence[Row[Any]]:
    """Return runs of a pool that its workers may start, those to be started first in front.

    Of these queues; None: of all.
    """
    values = {
        "pool_id": pool_id,
        "before": window.before or LAST,
        "after": window.after or FIRST,
        "most": window.most,
    }
    dialect = session.get_bind().dialect.name
    if queue_ids is None:
        return _DUE[dialect].all(session, values)
    return session.execute(_DUE_OF_SOME[dialect], values | {"ids": list(queue_ids)}).all()


def list_due_of_agents(session: Session, waiting: Condition, window: Window) -> Sequence[Row[Any]]:
    """Return scheduled runs that meet a condition, the earliest first."""
    dialect = session.get_bind().dialect.name
    due = [_c.state_type == StateType.SCHEDULED, _time <= (window.before or LAST)]
    found = select(flow_run, *PLACE).where(*due, waiting, _is_waiting(dialect))
    return session.execute(found.order_by(_time, _c.id).limit(window.most)).all()


def waits_in(queue: Row[Any]) -> Condition:
    """Return what runs are in a queue: it is theirs, or none is and they name it."""
    named = and_(_c.work_queue_id.is_(None), _c.work_queue_name == queue.name)
    return and_(_c.workspace_id == queue.workspace_id, or_(_c.work_queue_id == queue.id, named))


def is_chosen(
    workspace: UUID, tags: Sequence[str], deployment_ids: Sequence[UUID], dialect: str
) -> Condition:
    """Return what runs a queue of old chose: those with all tags, of one of the deployments."""
    chosen = [_c.workspace_id == workspace, *meet_tags(_c.tags, AllTags(all_=list(tags)), dialect)]
    if deployment_ids:
        chosen.append(_c.deployment_id.in_(deployment_ids))
    return and_(*chosen)


def count_holding(session: Session, which: Condition, *, of_agents: bool) -> int:
    """Return how many of these runs hold a slot."""
    states = HOLDING_OF_AGENTS if of_agents else HOLDING
    counted = select(func.count()).select_from(flow_run).where(which, _c.state_type.in_(states))
    return session.scalars(counted).one()


def count_late(session: Session, which: Condition) -> int:
    counted = select(func.count()).select_from(flow_run).where(which, *_late)
    return session.scalars(counted).one()


def list_holding(
    session: Session, queue_ids: Collection[UUID], most: int, offset: int = 0
) -> Sequence[Row[Any]]:
    """Return the runs that hold slots of queues: of each queue *most*, who began first in front.

    `held` is how many there are in the queue.
    """
    of_queue = _c.work_queue_id
    order = (_c.state_timestamp, _c.id)
    numbered = (
        select(
            _c.id,
            _c.name,
            _c.state_type,
            _c.state_name,
            _c.start_time,
            _c.state_timestamp,
            of_queue,
            func.row_number().over(partition_by=of_queue, order_by=order).label("place"),
            func.count().over(partition_by=of_queue).label("held"),
        )
        .where(of_queue.in_(queue_ids), _c.state_type.in_(HOLDING))
        .subquery()
    )
    page = select(numbered).where(numbered.c.place > offset, numbered.c.place <= offset + most)
    return session.execute(page.order_by(numbered.c.place)).all()


def count_holding_by_queue(session: Session, queue_ids: Collection[UUID]) -> dict[UUID, int]:
    counted: Select[Any] = (
        select(_c.work_queue_id, func.count().label("held"))
        .where(_c.work_queue_id.in_(queue_ids), _c.state_type.in_(HOLDING))
        .group_by(_c.work_queue_id)
    )
    return {row.work_queue_id: row.held for row in session.execute(counted)}
