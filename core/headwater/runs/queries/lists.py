"""Conditions over several objects at once: a filter of another object is met by a related one."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, and_, exists, select
from sqlalchemy.orm import Session

from headwater.criteria import Criterion, Filter, Ids
from headwater.db.criteria import Condition
from headwater.db.hot import Columns
from headwater.db.planning import mostly
from headwater.deployments.queries.deployments import conditions_of_deployments, deployment
from headwater.runs.queries.flow_run_counts import count_in_states
from headwater.runs.queries.flow_run_lists import conditions_of_flow_runs, count_flow_runs
from headwater.runs.queries.flow_runs import flow_run
from headwater.runs.queries.flows import (
    conditions_of_flows,
    flow,
    read_all_flows,
    read_flows,
)
from headwater.runs.queries.task_runs import conditions_of_task_runs, task_run
from headwater.runs.schemas.flows import FlowFilter, FlowSort
from headwater.runs.schemas.lists import RunsWanted
from headwater.runs.schemas.states import StateType
from headwater.work.queries.pools import conditions_of_work_pools, work_pool
from headwater.work.queries.queues import conditions_of_work_queues, work_queue

_flow_name = select(flow.c.name).where(flow.c.id == deployment.c.flow_id).scalar_subquery()
_ONE: Select[tuple[int]] = select(1)


@lru_cache  # half of what it takes to write the condition of a simple filter
def _is_of(table: Table, workspace: UUID, dialect: str) -> Condition:
    return mostly(table.c.workspace_id == workspace, dialect)


def flows_wanted(workspace: UUID, wanted: RunsWanted, dialect: str) -> Condition:
    conditions = [flow.c.workspace_id == workspace, conditions_of_flows(wanted.flows, dialect)]
    of_runs = _of_flow_runs(wanted, dialect)
    if wanted.flow_runs is not None:
        of_runs.append(conditions_of_flow_runs(wanted.flow_runs, dialect))
    if of_runs:
        conditions.append(exists(_ONE.where(flow_run.c.flow_id == flow.c.id, *of_runs)))
    return and_(*conditions, *_deployments_of_flows(wanted, dialect))


def read_wanted_flows(
    session: Session, workspace: UUID, wanted: RunsWanted, sort: FlowSort, limit: int, offset: int
) -> Columns:
    if wanted.are_all:
        return read_all_flows(session, workspace, sort, limit, offset)
    condition = flows_wanted(workspace, wanted, session.get_bind().dialect.name)
    return read_flows(session, condition, sort, limit, offset)


def deployments_wanted(workspace: UUID, wanted: RunsWanted, dialect: str) -> Condition:
    conditions = [deployment.c.workspace_id == workspace]
    if wanted.deployments is not None:
        conditions.append(conditions_of_deployments(wanted.deployments, _flow_name, dialect))
    if wanted.flows is not None:
        conditions += _flow_is(deployment.c.flow_id, wanted.flows, dialect)
    of_runs = _of_flow_runs(wanted, dialect)
    if wanted.flow_runs is not None:
        of_runs.append(conditions_of_flow_runs(wanted.flow_runs, dialect))
    if of_runs:
        mine = flow_run.c.deployment_id == deployment.c.id
        conditions.append(exists(_ONE.where(mine, *of_runs)))
    return and_(*conditions, *_queue_is(deployment.c.work_queue_id, wanted))


def flow_runs_wanted(workspace: UUID, wanted: RunsWanted, dialect: str) -> Condition:
    conditions = [
        _is_of(flow_run, workspace, dialect),
        conditions_of_flow_runs(wanted.flow_runs, dialect),
        *_of_flow_runs(wanted, dialect),
        *_places_of_flow_runs(wanted, dialect),
    ]
    if wanted.flows is not None:
        conditions += _flow_is(flow_run.c.flow_id, wanted.flows, dialect)
    return and_(*conditions)


def count_wanted_flow_runs(session: Session, workspace: UUID, wanted: RunsWanted) -> int:
    if wanted.are_all:
        return count_in_states(session, workspace, None)
    if (types := _types_alone(wanted)) is not None:
        return count_in_states(session, workspace, types)
    condition = flow_runs_wanted(workspace, wanted, session.get_bind().dialect.name)
    return count_flow_runs(session, condition)


def task_runs_wanted(workspace: UUID, wanted: RunsWanted, dialect: str) -> Condition:
    conditions = [
        _is_of(task_run, workspace, dialect),
        conditions_of_task_runs(wanted.task_runs, dialect),
    ]
    of_runs = _places_of_flow_runs(wanted, dialect)
    if (ids := _ids_alone(wanted.flow_runs)) is not None:
        conditions.append(task_run.c.flow_run_id.in_(ids))
    elif wanted.flow_runs is not None:
        of_runs.append(conditions_of_flow_runs(wanted.flow_runs, dialect))
    if wanted.flows is not None:
        of_runs += _flow_is(flow_run.c.flow_id, wanted.flows, dialect)
    if of_runs:
        conditions.append(exists(_ONE.where(flow_run.c.id == task_run.c.flow_run_id, *of_runs)))
    return and_(*conditions)


def _asked(wanted: Criterion | RunsWanted | None) -> set[str]:
    """Return the names of what a filter asks for."""
    return {name for name, value in wanted or () if name != "operator" and value is not None}


def _ids_alone(wanted: Filter | None) -> list[UUID] | None:
    """Return the ids that a filter asks for, if it asks for nothing else.

    They need no look at the objects that they name, and an index has them.
    """
    if _asked(wanted) != {"id"}:
        return None
    ids: Ids = getattr(wanted, "id")  # noqa: B009  # filters of all kinds have one
    return ids.any_ if _asked(ids) == {"any_"} else None


def _types_alone(wanted: RunsWanted) -> list[StateType] | None:
    """Return the types of state that are asked of flow runs, if nothing else is asked."""
    runs = wanted.flow_runs if _asked(wanted) == {"flow_runs"} else None
    state = runs.state if runs is not None and _asked(runs) == {"state"} else None
    types = state.type if state is not None and _asked(state) == {"type"} else None
    return types.any_ if types is not None and _asked(types) == {"any_"} else None


def _flow_is(flow_id: ColumnElement[UUID], wanted: FlowFilter, dialect: str) -> list[Condition]:
    if (ids := _ids_alone(wanted)) is not None:
        return [flow_id.in_(ids)]
    if not _asked(wanted):
        return []
    return [flow_id.in_(select(flow.c.id).where(conditions_of_flows(wanted, dialect)))]


def _of_flow_runs(wanted: RunsWanted, dialect: str) -> list[Condition]:
    """Return what a flow run must be for its task runs' sake."""
    if wanted.task_runs is None:
        return []
    if (ids := _ids_alone(wanted.task_runs)) is not None:
        return [flow_run.c.id.in_(select(task_run.c.flow_run_id).where(task_run.c.id.in_(ids)))]
    tasks = conditions_of_task_runs(wanted.task_runs, dialect)
    return [exists(_ONE.where(task_run.c.flow_run_id == flow_run.c.id, tasks))]


def _places_of_flow_runs(wanted: RunsWanted, dialect: str) -> list[Condition]:
    """Return what a flow run must be for its deployment's, its queue's and its pool's sake."""
    conditions: list[Condition] = []
    if wanted.deployments is not None:
        meets = conditions_of_deployments(wanted.deployments, _flow_name, dialect)
        found = select(deployment.c.id).where(meets)
        conditions.append(flow_run.c.deployment_id.in_(found))
    return conditions + _queue_is(flow_run.c.work_queue_id, wanted)


def _deployments_of_flows(wanted: RunsWanted, dialect: str) -> list[Condition]:
    conditions: list[Condition] = []
    mine = deployment.c.flow_id == flow.c.id
    if wanted.deployments is not None:
        meets = conditions_of_deployments(wanted.deployments, flow.c.name, dialect)
        conditions.append(exists(_ONE.where(mine, meets)))
    places = _queue_is(deployment.c.work_queue_id, wanted)
    return conditions + [exists(_ONE.where(mine, meets)) for meets in places]


def _queue_is(queue_id: ColumnElement[Any], wanted: RunsWanted) -> list[Condition]:
    """Return what a column of a queue's id must be for the queue's and its pool's sake."""
    conditions: list[Condition] = []
    for queues in (wanted.work_pool_queues, wanted.work_queues):
        if queues is not None:
            found = select(work_queue.c.id).where(conditions_of_work_queues(queues))
            conditions.append(queue_id.in_(found))
    if wanted.work_pools is not None:
        of_pool = work_pool.c.id == work_queue.c.work_pool_id
        meets = conditions_of_work_pools(wanted.work_pools)
        conditions.append(queue_id.in_(select(work_queue.c.id).where(of_pool, meets)))
    return conditions
