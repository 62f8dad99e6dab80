"""What workers and agents ask for, what they are given, and who holds slots."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field

from headwater.criteria import Some
from headwater.runs.schemas.answers import FlowRun
from headwater.runs.schemas.states import StateType
from headwater.shapes import Shape
from headwater.texts import ChosenString, Moment
from headwater.web.paging import LIMIT, Limited, NumberedPage


class PoolPoll(Limited):
    """What a worker asks its pool for; no queues named are all of them."""

    work_queue_names: Some[ChosenString] | None = None
    scheduled_before: Moment | None = None
    scheduled_after: Moment | None = None


class QueuePoll(Limited):
    """What an agent asks a queue for. Who the agent is, is told by 2.20 and asked by nobody."""

    scheduled_before: Moment | None = None
    agent_id: UUID | None = None


class WorkerFlowRunResponse(Shape):
    work_pool_id: UUID
    work_queue_id: UUID
    flow_run: FlowRun


class WorkQueueHealthPolicy(Shape):
    """What a healthy queue is, in late runs and in seconds."""

    model_config = ConfigDict(frozen=True)

    maximum_late_runs: int | None
    maximum_seconds_since_last_polled: int | None


class WorkQueueStatusDetail(Shape):
    healthy: bool
    late_runs_count: int
    last_polled: AwareDatetime | None
    health_check_policy: WorkQueueHealthPolicy


class PoolSlotsPage(NumberedPage):
    """A page of queues, each with so many of the runs that hold its slots."""

    flow_run_limit: Annotated[int, Field(ge=0, le=LIMIT)] = 10


class FlowRunSlotSummary(Shape):
    """A run that holds a slot, and for how many seconds it has been in its state."""

    id: UUID
    name: str
    state_type: StateType | None
    state_name: str | None
    start_time: AwareDatetime | None
    state_timestamp: AwareDatetime | None
    time_in_current_state: float | None


class WorkQueueConcurrencyStatusDetail(Shape):
    queue_id: UUID
    queue_name: str
    active_slots: int
    concurrency_limit: int | None
    flow_runs: list[FlowRunSlotSummary]
    flow_run_count: int | None


class ConcurrencyStatus(Shape):
    active_slots: int
    concurrency_limit: int | None
    count: int
    limit: int
    pages: int
    page: int


class WorkPoolConcurrencyStatus(ConcurrencyStatus):
    queues: list[WorkQueueConcurrencyStatusDetail]


class WorkQueueConcurrencyStatus(ConcurrencyStatus):
    flow_runs: list[FlowRunSlotSummary]
