"""Lists of flow runs: which meet a filter, in which order, a page at a time, and how many."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from headwater.db.columns import ColumnReader
from headwater.db.criteria import Condition, join, meet, meet_created_by, meet_tags
from headwater.db.hot import Columns
from headwater.db.planning import rarely
from headwater.runs.models import TaskRun
from headwater.runs.queries.flow_runs import SHOWN_RUNS, flow_run
from headwater.runs.schemas.criteria import StateFilter
from headwater.runs.schemas.flow_runs import FlowRunFilter, FlowRunSort
from headwater.runs.schemas.states import FINAL

_c, _task_run = flow_run.c, TaskRun.__table__
_READER, _ID = ColumnReader(SHOWN_RUNS), select(_c.id)
_begun = func.coalesce(_c.start_time, _c.expected_start_time)
_ORDER: dict[FlowRunSort, ColumnElement[Any]] = {
    FlowRunSort.ID_DESC: _c.id.desc(),
    FlowRunSort.START_TIME_ASC: _begun.asc(),
    FlowRunSort.START_TIME_DESC: _begun.desc(),
    # Each run has one. No word of nulls, since PostgreSQL would not use an index then.
    FlowRunSort.EXPECTED_START_TIME_ASC: _c.expected_start_time.asc(),
    FlowRunSort.EXPECTED_START_TIME_DESC: _c.expected_start_time.desc(),
    FlowRunSort.NAME_ASC: _c.name.asc(),
    FlowRunSort.NAME_DESC: _c.name.desc(),
    FlowRunSort.NEXT_SCHEDULED_START_TIME_ASC: _c.next_scheduled_start_time.asc().nulls_last(),
    FlowRunSort.END_TIME_DESC: _c.end_time.desc().nulls_last(),
}


_COUNT = select(func.count()).select_from(flow_run)


def order_of(sort: FlowRunSort) -> list[ColumnElement[Any]]:
    """Return the order as asked for, and among equals the newest first."""
    newest = _c.id.desc()
    # Never twice the same: SQLite would not see that an index has it.
    return [newest] if sort is FlowRunSort.ID_DESC else [_ORDER[sort], newest]


def list_flow_runs(
    session: Session, condition: Condition, sort: FlowRunSort, limit: int, offset: int = 0
) -> Sequence[Row[Any]]:
    return session.execute(_page(condition, sort, limit, offset)).all()


def read_flow_runs(
    session: Session, condition: Condition, sort: FlowRunSort, limit: int, offset: int
) -> Columns:
    """Return what `list_flow_runs` does, as columns."""
    return _READER.read(session, _page(condition, sort, limit, offset))


def _page(condition: Condition, sort: FlowRunSort, limit: int, offset: int) -> Select[Any]:
    order = order_of(sort)
    # The ids first: an index may have all that it takes to find them, and rows are wide.
    found = _ID.where(condition).order_by(*order).limit(limit).offset(offset)
    chosen = found.subquery()
    return SHOWN_RUNS.join(chosen, chosen.c.id == _c.id).order_by(*order)


def count_flow_runs(session: Session, condition: Condition) -> int:
    return session.execute(_COUNT.where(condition)).scalar_one()


def older_than(run: tuple[Any, UUID]) -> Condition:
    """Return what follows a run of (expected start, id) in a list with the newest first."""
    begun, run_id = run
    due = _c.expected_start_time
    return or_(due < begun, and_(due == begun, _c.id < run_id))


def _in_state(wanted: StateFilter, dialect: str) -> Condition:
    of_type = meet(_c.state_type, wanted.type)
    types = wanted.type.any_ if wanted.type is not None else None
    if types and FINAL.isdisjoint(types):  # runs that are not over are few
        of_type = [rarely(condition, dialect) for condition in of_type]
    return join(wanted, [*of_type, *meet(_c.state_name, wanted.name)])


def conditions_of_flow_runs(wanted: FlowRunFilter | None, dialect: str) -> Condition:
    if wanted is None:
        return true()
    conditions = [
        *meet(_c.id, wanted.id),
        *meet(_c.name, wanted.name),
        *meet_tags(_c.tags, wanted.tags, dialect),
        *meet(_c.deployment_id, wanted.deployment_id),
        *meet(_c.work_queue_name, wanted.work_queue_name),
        *meet(_c.flow_version, wanted.flow_version),
        *meet(_begun, wanted.start_time),
        *meet(_c.end_time, wanted.end_time),
        *meet(_c.expected_start_time, wanted.expected_start_time),
        *meet(_c.next_scheduled_start_time, wanted.next_scheduled_start_time),
        *meet(_c.parent_task_run_id, wanted.parent_task_run_id),
        *meet(_c.idempotency_key, wanted.idempotency_key),
        *meet_created_by(_c.created_by, wanted.created_by, dialect),
    ]
    if wanted.state is not None:
        conditions.append(_in_state(wanted.state, dialect))
    if wanted.parent_flow_run_id is not None and wanted.parent_flow_run_id.any_ is not None:
        of_parents = _task_run.c.flow_run_id.in_(wanted.parent_flow_run_id.any_)
        conditions.append(_c.parent_task_run_id.in_(select(_task_run.c.id).where(of_parents)))
    return join(wanted, conditions)
