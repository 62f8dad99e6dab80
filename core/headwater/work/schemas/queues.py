"""Work queues on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field

from headwater import criteria
from headwater.shapes import Shape
from headwater.texts import ChosenString, Moment, Whole
from headwater.work.schemas.pools import Limit, Name
from headwater.work.schemas.statuses import WorkQueueStatus

Priority = Annotated[Whole, Field(ge=1)]


class QueueFilter(Shape):
    """What runs a queue without a pool gave to agents, before deployments named their queue."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    tags: criteria.Few[ChosenString] | None = None
    deployment_ids: criteria.Few[UUID] | None = None


class WorkQueueCreate(Shape):
    """Without a priority it gets the first that is free."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    description: ChosenString | None = None
    is_paused: bool = False
    concurrency_limit: Limit | None = None
    priority: Priority | None = None
    filter: QueueFilter | None = None


class WorkQueueUpdate(Shape):
    """What is absent stays as it is. Null clears a description, a limit and a filter."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name | None = None
    description: ChosenString | None = None
    is_paused: bool = False
    concurrency_limit: Limit | None = None
    priority: Priority | None = None
    last_polled: Moment | None = None
    filter: QueueFilter | None = None


class WorkQueueFilter(criteria.Filter):
    id: criteria.Ids | None = None
    name: criteria.StartsWith | None = None


class WorkQueueResponse(Shape):
    """A queue. *active_slots* are its runs that are pending or running, null without a limit."""

    id: UUID
    created: AwareDatetime
    updated: AwareDatetime
    name: str
    description: str | None
    is_paused: bool
    concurrency_limit: int | None
    priority: int
    work_pool_id: UUID
    work_pool_name: str
    last_polled: AwareDatetime | None
    status: WorkQueueStatus
    filter: QueueFilter | None
    active_slots: int | None
