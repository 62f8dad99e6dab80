"""The graph of a flow run on the wire: its task runs and subflow runs, and what leads to what."""

from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict

from headwater.runs.schemas.answers import State
from headwater.runs.schemas.states import StateType
from headwater.shapes import Shape
from headwater.texts import Moment


class GraphWanted(Shape):
    """*since* leaves out what had ended by then."""

    model_config = ConfigDict(frozen=True)

    since: Moment | None = None


class Edge(Shape):
    id: UUID


class GraphArtifact(Shape):
    id: UUID
    created: AwareDatetime
    key: str | None
    type: str | None
    is_latest: bool
    data: Any


class GraphState(Shape):
    id: UUID
    timestamp: AwareDatetime
    type: StateType
    name: str


class Node(Shape):
    """A task run, or the subflow run in its place."""

    kind: Literal["flow-run", "task-run"]
    id: UUID
    label: str
    state_type: StateType
    start_time: AwareDatetime
    end_time: AwareDatetime | None
    parents: list[Edge]
    children: list[Edge]
    encapsulating: list[Edge]
    artifacts: list[GraphArtifact]


class Graph(Shape):
    start_time: AwareDatetime | None
    end_time: AwareDatetime | None
    root_node_ids: list[UUID]
    nodes: list[tuple[UUID, Node]]
    artifacts: list[GraphArtifact]
    states: list[GraphState]


class TaskRunResult(Shape):
    input_type: Literal["task_run"] = "task_run"
    id: UUID


class DependencyResult(Shape):
    """A task run and those whose results it was given. Times are seconds."""

    id: UUID
    name: str
    upstream_dependencies: list[TaskRunResult]
    state: State | None
    expected_start_time: AwareDatetime | None
    start_time: AwareDatetime | None
    end_time: AwareDatetime | None
    total_run_time: float | None
    estimated_run_time: float | None
    untrackable_result: bool
