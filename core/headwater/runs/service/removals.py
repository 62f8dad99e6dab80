"""Removes flows and runs, with what is theirs."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.concurrency.service.limits import TOPIC as SLOTS
from headwater.db.session import signal_after_commit
from headwater.errors import NotFoundError
from headwater.runs.queries import removals as queries
from headwater.runs.queries.flow_run_lists import read_flow_runs
from headwater.runs.queries.flows import read_flows
from headwater.runs.queries.lists import flow_runs_wanted, flows_wanted
from headwater.runs.schemas.bulk import FlowRunsToDelete, FlowsToDelete
from headwater.runs.schemas.flow_runs import FlowRunSort
from headwater.runs.schemas.flows import FlowSort
from headwater.runs.schemas.lists import RunsWanted
from headwater.runs.service.flows import tell

LOGS_AT_ONCE = 5000  # in one transaction, for which all other writers wait


def delete_flow_run(session: Session, workspace: UUID, run_id: UUID) -> None:
    """Remove a run; its logs go by `delete_logs`. Raise NotFoundError."""
    if not _delete_flow_runs(session, workspace, [run_id]):
        raise NotFoundError("Flow run not found")


def delete_task_run(session: Session, workspace: UUID, run_id: UUID) -> None:
    if not queries.delete_task_runs(session, workspace, [run_id]):
        raise NotFoundError("Task not found")


def delete_flow(session: Session, workspace: UUID, flow_id: UUID, *, now: datetime) -> list[UUID]:
    """Remove a flow with its runs, and return those; raise NotFoundError."""
    runs = queries.list_runs_of_flows(session, workspace, [flow_id])
    _delete_flow_runs(session, workspace, runs)
    deleted = queries.delete_flows(session, workspace, [flow_id])
    if not deleted:
        raise NotFoundError("Flow not found")
    tell(session, workspace, "deleted", deleted, now=now)
    return runs


def bulk_delete_flow_runs(
    session: Session, workspace: UUID, wanted: FlowRunsToDelete
) -> list[UUID]:
    found = list_flow_run_ids(session, workspace, wanted)
    return _delete_flow_runs(session, workspace, found) if found else []


def bulk_delete_flows(
    session: Session, workspace: UUID, wanted: FlowsToDelete, *, now: datetime
) -> tuple[list[UUID], list[UUID]]:
    """Remove the flows that meet a filter; return them, and their runs."""
    dialect = session.get_bind().dialect.name
    condition = flows_wanted(workspace, RunsWanted(flows=wanted.flows), dialect)
    flows = list(read_flows(session, condition, FlowSort.NAME_ASC, wanted.limit, 0)["id"])
    if not flows:
        return [], []
    runs = queries.list_runs_of_flows(session, workspace, flows)
    _delete_flow_runs(session, workspace, runs)
    deleted = queries.delete_flows(session, workspace, flows)
    tell(session, workspace, "deleted", deleted, now=now)
    return [flow.id for flow in deleted], runs


def _delete_flow_runs(session: Session, workspace: UUID, runs: Sequence[UUID]) -> list[UUID]:
    signal_after_commit(session, SLOTS)  # which come back with the runs
    return queries.delete_flow_runs(session, workspace, runs)


def list_flow_run_ids(session: Session, workspace: UUID, wanted: FlowRunsToDelete) -> list[UUID]:
    dialect = session.get_bind().dialect.name
    condition = flow_runs_wanted(workspace, RunsWanted(flow_runs=wanted.flow_runs), dialect)
    return list(read_flow_runs(session, condition, FlowRunSort.ID_DESC, wanted.limit, 0)["id"])


def delete_logs(session: Session, workspace: UUID, runs: Sequence[UUID]) -> bool:
    """Remove some of the lines of runs that are gone; return whether there may be more."""
    return queries.delete_logs_of_runs(session, workspace, runs, LOGS_AT_ONCE) == LOGS_AT_ONCE
