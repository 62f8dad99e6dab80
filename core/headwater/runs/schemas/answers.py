"""What the routes of runs answer, for the API's document: the answers are made of rows.

Tests hold each answer of the server against these.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from headwater.runs.schemas.policies import FlowRunPolicy, TaskRunPolicy
from headwater.runs.schemas.states import StateDetails, StateType
from headwater.shapes import Shape

Labels = dict[str, bool | int | float | str]


class Kept(Shape):
    id: UUID
    created: AwareDatetime
    updated: AwareDatetime


class Flow(Kept):
    name: str
    tags: list[str]
    labels: Labels


class State(Shape):
    """A state that a run is in, or was."""

    id: UUID
    type: StateType
    name: str
    timestamp: AwareDatetime
    message: str | None
    data: Any
    state_details: StateDetails


class CreatedBy(Shape):
    id: UUID | None
    type: str | None
    display_value: str | None


class Run(Kept):
    """What runs of both kinds have. Times and delays are seconds."""

    name: str
    state: State | None
    state_id: UUID | None
    state_type: StateType | None
    state_name: str | None
    run_count: int
    expected_start_time: AwareDatetime | None
    next_scheduled_start_time: AwareDatetime | None
    start_time: AwareDatetime | None
    end_time: AwareDatetime | None
    total_run_time: float
    estimated_run_time: float
    estimated_start_time_delta: float
    tags: list[str]


class FlowRun(Run):
    """A flow run as workers are shown it."""

    labels: Labels
    flow_id: UUID
    flow_version: str | None
    deployment_id: UUID | None
    deployment_version: str | None
    work_queue_id: UUID | None
    work_queue_name: str | None
    parameters: dict[str, Any]
    context: dict[str, Any]
    job_variables: dict[str, Any]
    empirical_policy: FlowRunPolicy
    idempotency_key: str | None
    parent_task_run_id: UUID | None
    infrastructure_document_id: UUID | None
    infrastructure_pid: str | None
    auto_scheduled: bool
    created_by: CreatedBy | None


class FlowRunResponse(FlowRun):
    work_pool_id: UUID | None
    work_pool_name: str | None


class TaskRun(Run):
    """*task_inputs* are lists of what each parameter was made of: runs, constants, parameters."""

    labels: dict[str, Any]
    task_key: str
    dynamic_key: str
    flow_run_id: UUID | None
    flow_run_run_count: int
    task_version: str | None
    task_inputs: dict[str, list[dict[str, Any]]]
    cache_key: str | None
    cache_expiration: AwareDatetime | None
    empirical_policy: TaskRunPolicy


class SetStateStatus(StrEnum):
    ACCEPT = "ACCEPT"
    REJECT = "REJECT"
    ABORT = "ABORT"
    WAIT = "WAIT"


class StateAcceptDetails(Shape):
    type: Literal["accept_details"]


class StateWaitDetails(Shape):
    type: Literal["wait_details"]
    reason: str | None
    delay_seconds: int


class StateRejectDetails(Shape):
    type: Literal["reject_details"]
    reason: str | None


class StateAbortDetails(Shape):
    type: Literal["abort_details"]
    reason: str | None


Details = Annotated[
    StateAcceptDetails | StateWaitDetails | StateRejectDetails | StateAbortDetails,
    Field(description="Why, where the proposed state was not taken."),
]


class OrchestrationResult(Shape):
    """What was decided, and the state that the run is in now."""

    state: State | None
    status: SetStateStatus
    details: Details


class Log(Shape):
    id: UUID
    created: AwareDatetime
    updated: AwareDatetime
    name: str
    level: int
    message: str
    timestamp: AwareDatetime
    flow_run_id: UUID | None
    task_run_id: UUID | None


class FlowRunInput(Kept):
    flow_run_id: UUID
    key: str
    value: str
    sender: str | None


class FlowBulkDeleteResponse(Shape):
    deleted: list[UUID]


class FlowRunBulkDeleteResponse(Shape):
    deleted: list[UUID]


class FlowRunOrchestrationResult(OrchestrationResult):
    flow_run_id: UUID


class FlowRunBulkSetStateResponse(Shape):
    results: list[FlowRunOrchestrationResult]


class CreatedOrFailed(StrEnum):
    CREATED = "CREATED"
    FAILED = "FAILED"


class FlowRunCreateResult(Shape):
    flow_run_id: UUID | None
    status: CreatedOrFailed
    error: str | None


class FlowRunBulkCreateResponse(Shape):
    """What became of each run that was asked for, in that order."""

    results: list[FlowRunCreateResult]
