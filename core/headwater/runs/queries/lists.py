"""Conditions over several objects at once: a filter of another object is met by a related one."""

from uuid import UUID

from sqlalchemy import Select, and_, exists, select

from headwater.db.criteria import Condition
from headwater.deployments.queries import conditions_of_deployments, deployment
from headwater.runs.queries.flow_runs import conditions_of_flow_runs, flow_run
from headwater.runs.queries.flows import conditions_of_flows, flow
from headwater.runs.queries.task_runs import conditions_of_task_runs, task_run
from headwater.runs.schemas.lists import RunsWanted
from headwater.work.queries import (
    conditions_of_work_pools,
    conditions_of_work_queues,
    work_pool,
    work_queue,
)

_flow_name = select(flow.c.name).where(flow.c.id == deployment.c.flow_id).scalar_subquery()
_ONE: Select[tuple[int]] = select(1)


def flows_wanted(workspace: UUID, wanted: RunsWanted, dialect: str) -> Condition:
    conditions = [flow.c.workspace_id == workspace, conditions_of_flows(wanted.flows, dialect)]
    of_runs = _of_flow_runs(wanted, dialect)
    if wanted.flow_runs is not None:
        of_runs.append(conditions_of_flow_runs(wanted.flow_runs, dialect))
    if of_runs:
        conditions.append(exists(_ONE.where(flow_run.c.flow_id == flow.c.id, *of_runs)))
    return and_(*conditions, *_deployments_of_flows(wanted, dialect))


def flow_runs_wanted(workspace: UUID, wanted: RunsWanted, dialect: str) -> Condition:
    conditions = [
        flow_run.c.workspace_id == workspace,
        conditions_of_flow_runs(wanted.flow_runs, dialect),
        *_of_flow_runs(wanted, dialect),
        *_places_of_flow_runs(wanted, dialect),
    ]
    if wanted.flows is not None:
        flows = conditions_of_flows(wanted.flows, dialect)
        conditions.append(exists(_ONE.where(flow.c.id == flow_run.c.flow_id, flows)))
    return and_(*conditions)


def task_runs_wanted(workspace: UUID, wanted: RunsWanted, dialect: str) -> Condition:
    conditions = [
        task_run.c.workspace_id == workspace,
        conditions_of_task_runs(wanted.task_runs, dialect),
    ]
    of_runs = _places_of_flow_runs(wanted, dialect)
    if wanted.flow_runs is not None:
        of_runs.append(conditions_of_flow_runs(wanted.flow_runs, dialect))
    if wanted.flows is not None:
        flows = conditions_of_flows(wanted.flows, dialect)
        of_runs.append(exists(_ONE.where(flow.c.id == flow_run.c.flow_id, flows)))
    if of_runs:
        conditions.append(exists(_ONE.where(flow_run.c.id == task_run.c.flow_run_id, *of_runs)))
    return and_(*conditions)


def _of_flow_runs(wanted: RunsWanted, dialect: str) -> list[Condition]:
    """Return what a flow run must be for its task runs' sake."""
    if wanted.task_runs is None:
        return []
    tasks = conditions_of_task_runs(wanted.task_runs, dialect)
    return [exists(_ONE.where(task_run.c.flow_run_id == flow_run.c.id, tasks))]


def _places_of_flow_runs(wanted: RunsWanted, dialect: str) -> list[Condition]:
    """Return what a flow run must be for its deployment's, its queue's and its pool's sake."""
    conditions: list[Condition] = []
    if wanted.deployments is not None:
        meets = conditions_of_deployments(wanted.deployments, _flow_name, dialect)
        conditions.append(exists(_ONE.where(deployment.c.id == flow_run.c.deployment_id, meets)))
    of_queue = work_queue.c.id == flow_run.c.work_queue_id
    for queues in (wanted.work_pool_queues, wanted.work_queues):
        if queues is not None:
            conditions.append(exists(_ONE.where(of_queue, conditions_of_work_queues(queues))))
    if wanted.work_pools is not None:
        of_pool = work_pool.c.id == work_queue.c.work_pool_id
        meets = conditions_of_work_pools(wanted.work_pools)
        conditions.append(exists(_ONE.where(of_queue, of_pool, meets)))
    return conditions


def _deployments_of_flows(wanted: RunsWanted, dialect: str) -> list[Condition]:
    conditions: list[Condition] = []
    mine = deployment.c.flow_id == flow.c.id
    if wanted.deployments is not None:
        meets = conditions_of_deployments(wanted.deployments, flow.c.name, dialect)
        conditions.append(exists(_ONE.where(mine, meets)))
    of_queue = work_queue.c.id == deployment.c.work_queue_id
    for queues in (wanted.work_pool_queues, wanted.work_queues):
        if queues is not None:
            meets = conditions_of_work_queues(queues)
            conditions.append(exists(_ONE.where(mine, of_queue, meets)))
    if wanted.work_pools is not None:
        of_pool = work_pool.c.id == work_queue.c.work_pool_id
        meets = conditions_of_work_pools(wanted.work_pools)
        conditions.append(exists(_ONE.where(mine, of_queue, of_pool, meets)))
    return conditions
