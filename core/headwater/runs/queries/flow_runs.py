"""Statements over single flow runs and their states; lists of them are in `flow_run_lists`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Table,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from headwater.db.hot import HotStatement
from headwater.db.upserts import insert_new
from headwater.deployments.models import Deployment
from headwater.errors import NotFoundError
from headwater.notifications.queries.policies import is_any_active
from headwater.runs.models import Flow, FlowRun, FlowRunState, TaskRun
from headwater.work.queries.pools import work_pool
from headwater.work.queries.queues import work_queue

flow_run, state = FlowRun.__table__, FlowRunState.__table__
_flow, _task_run, _deployment = Flow.__table__, TaskRun.__table__, Deployment.__table__
_mine = flow_run.c.workspace_id == bindparam("workspace")
_flow_name = (select(_flow.c.name).where(_flow.c.id == flow_run.c.flow_id).scalar_subquery()).label(
    "flow_name"
)
_queue_of_run = work_queue.c.id == flow_run.c.work_queue_id
# Where a run waits for a worker; none where its queue is gone.
PLACE = (
    select(work_queue.c.work_pool_id).where(_queue_of_run).scalar_subquery().label("work_pool_id"),
    select(work_pool.c.name)
    .join(work_queue, work_queue.c.work_pool_id == work_pool.c.id)
    .where(_queue_of_run)
    .scalar_subquery()
    .label("work_pool_name"),
)
# All that the wire shows of runs, and their flows' names.
SHOWN_RUNS = select(flow_run, _flow_name, *PLACE)
_RUN = select(flow_run).where(flow_run.c.id == bindparam("run_id"), _mine)
_LABELS = select(flow_run.c.labels).where(flow_run.c.id == bindparam("run_id"), _mine)
_FIND = HotStatement(SHOWN_RUNS.where(flow_run.c.id == bindparam("run_id"), _mine))


def _around(
    workspace: Any, flow_id: Any, deployment_id: Any, queue_id: Any, parent_id: Any
) -> list[ColumnElement[Any]]:
    """Return what is told of a run beside its own columns, each found by an id in one look.

    `is_watched`, too: mostly there are no policies, and to look for those that match is spared.
    """

    def one(table: Table, id_: Any) -> Select[Any]:
        return select(table).where(table.c.id == id_, table.c.workspace_id == workspace)

    flow, deployment = one(_flow, flow_id), one(_deployment, deployment_id)
    queue, parent = one(work_queue, queue_id), one(_task_run, parent_id)
    # No join: RETURNING would write its columns without their tables.
    pool_id = queue.with_only_columns(work_queue.c.work_pool_id).correlate(flow_run)
    pool = one(work_pool, pool_id.scalar_subquery())
    found: dict[str, tuple[Select[Any], ColumnElement[Any]]] = {
        "flow_name": (flow, _flow.c.name),
        "flow_tags": (flow, _flow.c.tags),
        "deployment_name": (deployment, _deployment.c.name),
        "deployment_tags": (deployment, _deployment.c.tags),
        "queue_name": (queue, work_queue.c.name),
        "work_pool_id": (queue, work_queue.c.work_pool_id),
        "work_pool_name": (pool, work_pool.c.name),
        "work_pool_type": (pool, work_pool.c.type),
        "parent_flow_run_id": (parent, _task_run.c.flow_run_id),
        "parent_name": (parent, _task_run.c.name),
        "parent_tags": (parent, _task_run.c.tags),
    }
    columns: list[ColumnElement[Any]] = [
        rows.with_only_columns(column).scalar_subquery().label(name)
        for name, (rows, column) in found.items()
    ]
    return [*columns, is_any_active(workspace).label("is_watched")]


_c = flow_run.c
# The run's own row alone: who waited for a lock on a join finds that nothing joins any more.
_LOCK = HotStatement(
    _RUN.add_columns(
        *_around(
            _c.workspace_id, _c.flow_id, _c.deployment_id, _c.work_queue_id, _c.parent_task_run_id
        )
    ).with_for_update(of=flow_run)
)
_OF = ("workspace_id", "flow_id", "deployment_id", "work_queue_id", "parent_task_run_id")
_ADD_RUN = HotStatement(
    insert_new(flow_run, ["flow_id", "idempotency_key"]).returning(
        *_around(*(bindparam(f"of_{n}") for n in _OF))
    )
)
_RUN_OF_KEY = select(flow_run, *PLACE).where(
    flow_run.c.flow_id == bindparam("of_flow"),
    flow_run.c.idempotency_key == bindparam("key"),
    _mine,
)
_ADD_STATE = HotStatement(insert(state))
_changed = update(flow_run).where(flow_run.c.id == bindparam("run_id"))
_CHANGE, _CHANGE_MINE = HotStatement(_changed), _changed.where(_mine)
_STATES = (
    select(state)
    .where(state.c.flow_run_id == bindparam("run_id"))
    .where(state.c.workspace_id == bindparam("workspace"))
    .order_by(state.c.timestamp, state.c.id)
)
_BY_STATE = (
    select(flow_run.c.state_type, func.count())
    .where(_mine, flow_run.c.expected_start_time >= bindparam("since"))
    .group_by(flow_run.c.state_type)
)


def find_flow_run(session: Session, workspace: UUID, run_id: UUID) -> Row[Any] | None:
    found: Row[Any] | None = _FIND.first(session, {"run_id": run_id, "workspace": workspace})
    return found


def get_flow_run(session: Session, workspace: UUID, run_id: UUID) -> Row[Any]:
    """Return the run, with its flow's name as `flow_name`."""
    found = find_flow_run(session, workspace, run_id)
    if found is None:
        raise NotFoundError("Flow run not found")
    return found


def get_locked_flow_run(session: Session, workspace: UUID, run_id: UUID) -> Row[Any]:
    """Return the run, locked where the database locks rows, with what is told of it beside that."""
    found: Row[Any] | None = _LOCK.first(session, {"run_id": run_id, "workspace": workspace})
    if found is None:
        raise NotFoundError(f"Flow run with id {run_id} not found", key="exception_message")
    return found


def add_flow_run(session: Session, values: dict[str, Any]) -> Row[Any] | None:
    """Keep a run; return what is told of it beside its own columns, or None for a key taken."""
    of = {f"of_{name}": values[name] for name in _OF}
    added: Row[Any] | None = _ADD_RUN.first(session, values | of)
    return added


def find_flow_run_of_key(
    session: Session, workspace: UUID, flow_id: UUID, key: str
) -> Row[Any] | None:
    of = {"workspace": workspace, "of_flow": flow_id, "key": key}
    return session.execute(_RUN_OF_KEY, of).first()


def find_labels(session: Session, workspace: UUID, run_id: UUID) -> Any:
    return session.execute(_LABELS, {"run_id": run_id, "workspace": workspace}).scalar()


def add_flow_run_state(session: Session, values: dict[str, Any]) -> None:
    _ADD_STATE.later(session, values)


def change_flow_run(session: Session, run_id: UUID, values: dict[str, Any]) -> None:
    _CHANGE.later(session, values | {"run_id": run_id})


def update_flow_run(
    session: Session, workspace: UUID, run_id: UUID, values: dict[str, Any]
) -> bool:
    """Change what *values* name; return False when there is no such run."""
    statement = _CHANGE_MINE.values(values).returning(flow_run.c.id)
    return (
        session.execute(statement, {"run_id": run_id, "workspace": workspace}).first() is not None
    )


def list_flow_run_states(session: Session, workspace: UUID, run_id: UUID) -> Sequence[Row[Any]]:
    return session.execute(_STATES, {"run_id": run_id, "workspace": workspace}).all()


def count_by_state(session: Session, workspace: UUID, since: Any) -> dict[str | None, int]:
    """Count the runs that were expected to start since then, by state type."""
    rows = session.execute(_BY_STATE, {"workspace": workspace, "since": since})
    return {kind: count for kind, count in rows}  # noqa: C416  # rows are no pairs to mypy
