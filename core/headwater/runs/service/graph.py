"""What a flow run consists of, as a graph."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.errors import BadRequestError, NotFoundError
from headwater.runs.queries import graph as queries
from headwater.runs.queries.flow_runs import list_flow_run_states
from headwater.runs.rules.graph import Vertex, draw, task_runs_named
from headwater.runs.schemas.shown import Shown, estimate_run_time, show_own_state

MOST_NODES = 10_000
ARTIFACTS = "headwater-graph-artifacts"  # where the app keeps what lists them


class ListArtifacts(Protocol):
    """Lists what a flow run and its task runs made, each as the graph shows it, by the id of the
    task run, which is None for what the flow itself made."""

    def __call__(
        self, session: Session, workspace: UUID, run_id: UUID
    ) -> Mapping[UUID | None, Sequence[Shown]]: ...


def draw_graph(
    session: Session,
    workspace: UUID,
    run_id: UUID,
    since: datetime | None,
    list_artifacts: ListArtifacts,
) -> dict[str, Any]:
    """Return the graph as the wire has it.

    Raise NotFoundError, and BadRequestError for a run of more than MOST_NODES nodes.
    """
    times = queries.find_times(session, workspace, run_id)
    if times is None:
        raise NotFoundError(f"Flow run {run_id} not found", key="exception_message")
    rows = queries.list_nodes(session, workspace, run_id, MOST_NODES + 1)
    _check_size(run_id, rows)
    states = list_flow_run_states(session, workspace, run_id)
    artifacts = list_artifacts(session, workspace, run_id)
    vertices = [_vertex(row, artifacts.get(row.task_run_id, ())) for row in rows]
    roots, nodes = draw(vertices, since)
    return {
        "start_time": times.start_time,
        "end_time": times.end_time,
        "root_node_ids": roots,
        "nodes": nodes,
        "artifacts": artifacts.get(None, ()),
        "states": [
            {"id": one.id, "timestamp": one.timestamp, "type": one.type, "name": one.name}
            for one in states
        ],
    }


def list_dependencies(
    session: Session, workspace: UUID, run_id: UUID, *, now: datetime
) -> list[Shown]:
    """Return a flow run's task runs, each with those whose results it was given.

    Raise as `draw_graph` does.
    """
    if queries.find_times(session, workspace, run_id) is None:
        raise NotFoundError(f"Flow run with id {run_id} not found", key="exception_message")
    rows = queries.list_task_runs_of(session, workspace, run_id, MOST_NODES + 1)
    _check_size(run_id, rows)
    return [_show_dependency(row, now) for row in rows]


def _check_size(run_id: UUID, rows: Sequence[Row[Any]]) -> None:
    if len(rows) > MOST_NODES:
        raise BadRequestError(f"The graph of flow run {run_id} has more than {MOST_NODES} nodes.")


def _vertex(row: Row[Any], artifacts: Sequence[Shown]) -> Vertex:
    is_flow_run = row.flow_run_id is not None
    shown = {
        "kind": "flow-run" if is_flow_run else "task-run",
        "label": f"{row.flow_name} / {row.flow_run_name}" if is_flow_run else row.task_run_name,
        "state_type": row.state_type,
        "start_time": row.start_time,
        "artifacts": artifacts,
    }
    own_id = row.flow_run_id or row.task_run_id
    return Vertex(own_id, row.task_run_id, parse(row.task_inputs) or {}, row.end_time, shown)


def _show_dependency(row: Row[Any], now: datetime) -> Shown:
    run = row._asdict()
    details = parse(run["state_details"]) or {}
    return {
        "id": run["id"],
        "name": run["name"],
        "upstream_dependencies": task_runs_named(parse(run["task_inputs"]) or {}),
        "state": show_own_state(run),
        "expected_start_time": run["expected_start_time"],
        "start_time": run["start_time"],
        "end_time": run["end_time"],
        "total_run_time": run["total_run_time"],
        "estimated_run_time": estimate_run_time(run, now),
        "untrackable_result": bool(details.get("untrackable_result")),
    }
