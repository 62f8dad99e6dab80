"""What the routes of deployments answer, for the API's document: the answers are made of rows."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime

from headwater.concurrency.schemas.limits import Limit
from headwater.deployments.schemas.deployments import ConcurrencyOptions
from headwater.deployments.schemas.schedules import (
    DeploymentSchedule,
    KeptSchedule,
    OldDeploymentSchedule,
    OwnDeploymentSchedule,
)
from headwater.shapes import Shape
from headwater.work.schemas.queues import QueueFilter


class DeploymentStatus(StrEnum):
    """Whether somebody looks for its runs."""

    READY = "READY"
    NOT_READY = "NOT_READY"


class CreatedBy(Shape):
    id: UUID | None
    type: str | None
    display_value: str | None


class UpdatedBy(CreatedBy):
    pass


class _Deployment(Shape):
    id: UUID
    created: AwareDatetime
    updated: AwareDatetime
    name: str
    version: str | None
    description: str | None
    flow_id: UUID
    paused: bool
    parameters: dict[str, Any]
    tags: list[str]
    work_queue_name: str | None
    last_polled: AwareDatetime | None
    parameter_openapi_schema: dict[str, Any] | None
    path: str | None
    pull_steps: list[dict[str, Any]] | None
    entrypoint: str | None
    storage_document_id: UUID | None
    infrastructure_document_id: UUID | None
    created_by: CreatedBy | None
    updated_by: UpdatedBy | None
    work_pool_name: str | None
    status: DeploymentStatus
    enforce_parameter_schema: bool


class DeploymentResponse(_Deployment):
    """A deployment with its schedules, the last changed first."""

    schedules: list[DeploymentSchedule] | list[OwnDeploymentSchedule]
    concurrency_limit: int | None
    global_concurrency_limit: Limit | None
    concurrency_options: ConcurrencyOptions | None
    job_variables: dict[str, Any]
    labels: dict[str, bool | int | float | str]
    work_queue_id: UUID | None


class OldDeploymentResponse(_Deployment):
    """A deployment as 2.x knows it: *schedule* is the first of its schedules."""

    schedules: list[OldDeploymentSchedule]
    infra_overrides: dict[str, Any]
    manifest_path: str | None
    schedule: KeptSchedule | None
    is_schedule_active: bool


Deployment = DeploymentResponse | OldDeploymentResponse


class DeploymentBulkDeleteResponse(Shape):
    deleted: list[UUID]


class WorkQueue(Shape):
    """A queue that chooses by a filter."""

    id: UUID
    created: AwareDatetime
    updated: AwareDatetime
    name: str
    description: str | None
    is_paused: bool
    concurrency_limit: int | None
    priority: int
    work_pool_id: UUID | None
    filter: QueueFilter | None
    last_polled: AwareDatetime | None
