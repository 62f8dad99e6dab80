"""Workers on the wire."""

from uuid import UUID

from pydantic import AwareDatetime, ConfigDict

from headwater import criteria
from headwater.shapes import Shape
from headwater.texts import ChosenKey
from headwater.work.schemas.pools import Limit
from headwater.work.schemas.statuses import WorkerStatus


class Heartbeat(Shape):
    """A worker's sign of life. The interval, in seconds, stays as it was where none is sent."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: ChosenKey
    heartbeat_interval_seconds: Limit | None = None


class WorkerFilterStatus(criteria.Criterion):
    any_: list[WorkerStatus] | None = None
    not_any_: list[WorkerStatus] | None = None


class WorkerFilter(criteria.Filter):
    last_heartbeat_time: criteria.Times | None = None
    status: WorkerFilterStatus | None = None


class WorkerResponse(Shape):
    id: UUID
    created: AwareDatetime
    updated: AwareDatetime
    name: str
    work_pool_id: UUID
    last_heartbeat_time: AwareDatetime
    heartbeat_interval_seconds: int | None
    status: WorkerStatus
