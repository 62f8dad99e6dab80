"""Conditions over several objects at once: a filter of another object is met by a related one."""

from uuid import UUID

from sqlalchemy import and_, exists, false, select

from headwater.runs.queries.criteria import Condition
from headwater.runs.queries.flow_runs import conditions_of_flow_runs, flow_run
from headwater.runs.queries.flows import conditions_of_flows, flow
from headwater.runs.queries.task_runs import conditions_of_task_runs, task_run
from headwater.runs.schemas.lists import RunsWanted


def _unmatched(wanted: RunsWanted) -> list[Condition]:
    """No run has a deployment, a pool or a queue yet, so none is related to one."""
    others = (wanted.deployments, wanted.work_pools, wanted.work_pool_queues, wanted.work_queues)
    return [false()] if any(other is not None for other in others) else []


def flows_wanted(workspace: UUID, wanted: RunsWanted, dialect: str) -> Condition:
    conditions = [flow.c.workspace_id == workspace, conditions_of_flows(wanted.flows, dialect)]
    conditions += _unmatched(wanted)
    if wanted.flow_runs is not None:
        runs = conditions_of_flow_runs(wanted.flow_runs, dialect)
        conditions.append(exists(select(1).where(flow_run.c.flow_id == flow.c.id, runs)))
    if wanted.task_runs is not None:
        tasks = conditions_of_task_runs(wanted.task_runs, dialect)
        related = select(1).where(
            flow_run.c.flow_id == flow.c.id, task_run.c.flow_run_id == flow_run.c.id, tasks
        )
        conditions.append(exists(related))
    return and_(*conditions)


def flow_runs_wanted(workspace: UUID, wanted: RunsWanted, dialect: str) -> Condition:
    conditions = [
        flow_run.c.workspace_id == workspace,
        conditions_of_flow_runs(wanted.flow_runs, dialect),
        *_unmatched(wanted),
    ]
    if wanted.flows is not None:
        flows = conditions_of_flows(wanted.flows, dialect)
        conditions.append(exists(select(1).where(flow.c.id == flow_run.c.flow_id, flows)))
    if wanted.task_runs is not None:
        tasks = conditions_of_task_runs(wanted.task_runs, dialect)
        conditions.append(exists(select(1).where(task_run.c.flow_run_id == flow_run.c.id, tasks)))
    return and_(*conditions)


def task_runs_wanted(workspace: UUID, wanted: RunsWanted, dialect: str) -> Condition:
    conditions = [
        task_run.c.workspace_id == workspace,
        conditions_of_task_runs(wanted.task_runs, dialect),
        *_unmatched(wanted),
    ]
    if wanted.flow_runs is not None:
        runs = conditions_of_flow_runs(wanted.flow_runs, dialect)
        conditions.append(exists(select(1).where(flow_run.c.id == task_run.c.flow_run_id, runs)))
    if wanted.flows is not None:
        flows = conditions_of_flows(wanted.flows, dialect)
        related = select(1).where(
            flow_run.c.id == task_run.c.flow_run_id, flow.c.id == flow_run.c.flow_id, flows
        )
        conditions.append(exists(related))
    return and_(*conditions)
