"""What dashboards ask in one go, on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field

from headwater.runs.schemas.answers import TaskRun
from headwater.runs.schemas.flow_runs import FlowRunSort
from headwater.runs.schemas.lists import RunsWanted
from headwater.runs.schemas.states import StateType
from headwater.runs.schemas.task_runs import TaskRunFilter
from headwater.shapes import Shape

MOST = 200
LONGEST = 1000
SomeIds = Annotated[list[UUID], Field(max_length=MOST)]


class OfFlows(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    flow_ids: SomeIds


class OfFlowRuns(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    flow_run_ids: SomeIds


class RecentRunsWanted(RunsWanted):
    sort: FlowRunSort = FlowRunSort.EXPECTED_START_TIME_DESC
    limit: Annotated[int, Field(ge=0, le=LONGEST)] = LONGEST
    offset: Annotated[int, Field(ge=0, lt=2**63)] = 0


class TaskRunsInTime(RunsWanted):
    task_runs: TaskRunFilter


class SimpleFlowRun(Shape):
    """*timestamp* is when it started, or is to start; the others are seconds."""

    id: UUID
    state_type: StateType
    timestamp: AwareDatetime
    duration: float
    lateness: float


class SimpleNextFlowRun(Shape):
    id: UUID
    flow_id: UUID
    name: str
    state_name: str
    state_type: StateType
    next_scheduled_start_time: AwareDatetime


class CountByState(Shape):
    SCHEDULED: int
    PENDING: int
    RUNNING: int
    COMPLETED: int
    FAILED: int
    CANCELLED: int
    CRASHED: int
    PAUSED: int
    CANCELLING: int


class TaskRunCount(Shape):
    completed: int
    failed: int


class UITaskRun(TaskRun):
    flow_run_name: str | None
