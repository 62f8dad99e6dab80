"""Deployments on the wire: what both majors send."""

from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from headwater.deployments.schemas.schedules import (
    DeploymentScheduleCreate,
    DeploymentScheduleUpdate,
    Schedule,
)
from headwater.shapes import Shape
from headwater.texts import ChosenJson, ChosenKey, ChosenLabels, ChosenString, Moment, Whole

BANNED = "/%&><"
MOST_RUNS = 100  # of one bulk request
MOST_DATES = 1000  # of one schedule, planned at once
# Clients older than 2.8 send these; nothing reads them.
_FORGOTTEN = {
    "worker_pool_queue_id",
    "worker_pool_name",
    "worker_pool_queue_name",
    "work_pool_queue_name",
}


def _refuse_banned(name: str) -> str:
    if any(sign in name for sign in BANNED):
        raise ValueError(f"Name {name!r} contains an invalid character. Must not contain {BANNED}")
    return name


Name = Annotated[ChosenKey, AfterValidator(_refuse_banned)]


class CollisionStrategy(StrEnum):
    """What becomes of a run that finds no free slot."""

    ENQUEUE = "ENQUEUE"
    CANCEL_NEW = "CANCEL_NEW"


class ConcurrencyOptions(Shape):
    model_config = ConfigDict(frozen=True)

    collision_strategy: CollisionStrategy
    grace_period_seconds: Annotated[int, Field(ge=60, le=86400)] | None = None


class VersionInfo(Shape):
    """Taken, and passed over: so the clients' own server has it."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: ChosenString
    version: ChosenString


class _Deployment(Shape):
    """What is sent to make a deployment and to change one. *model_fields_set* is what was named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: ChosenString | None = None
    version_info: VersionInfo | None = None
    description: ChosenString | None = None
    paused: bool = False
    tags: list[ChosenString] = []
    parameters: ChosenJson = {}
    parameter_openapi_schema: ChosenJson | None = None
    enforce_parameter_schema: bool | None = None
    pull_steps: Annotated[list[ChosenJson], Field(max_length=1000)] | None = None
    path: ChosenString | None = None
    entrypoint: ChosenString | None = None
    storage_document_id: UUID | None = None
    infrastructure_document_id: UUID | None = None
    work_pool_name: ChosenString | None = None
    work_queue_name: ChosenKey | None = None
    job_variables: ChosenJson | None = None
    concurrency_limit: Annotated[Whole, Field(gt=0)] | None = None
    global_concurrency_limit_id: UUID | None = None
    concurrency_options: ConcurrencyOptions | None = None
    # 2.20's names for what has others in 3.x.
    infra_overrides: ChosenJson | None = None
    schedule: Schedule | None = None
    is_schedule_active: bool | None = None
    manifest_path: ChosenString | None = None

    @model_validator(mode="before")
    @classmethod
    def forget_old_names(cls, values: Any) -> Any:
        if isinstance(values, dict) and not _FORGOTTEN.isdisjoint(values):
            return {name: value for name, value in values.items() if name not in _FORGOTTEN}
        return values

    @model_validator(mode="after")
    def refuse_two_meanings(self) -> Self:
        if self.concurrency_limit is not None and self.global_concurrency_limit_id is not None:
            raise ValueError(
                "A deployment cannot have both a concurrency limit and a global concurrency limit."
            )
        both = self.infra_overrides, self.job_variables
        if None not in both and both[0] != both[1] and all(both):
            raise ValueError("infra_overrides and job_variables differ; send one of them")
        return self

    @property
    def variables(self) -> dict[str, Any] | None:
        """The job variables under either name, None where none were given."""
        return self.job_variables or self.infra_overrides or self.job_variables

    def names(self, field: str) -> bool:
        return field in self.model_fields_set


class DeploymentCreate(_Deployment):
    name: Name
    flow_id: UUID
    labels: ChosenLabels | None = None
    schedules: Annotated[list[DeploymentScheduleCreate], Field(max_length=1000)] = []


class DeploymentUpdate(_Deployment):
    """What is absent stays as it is; null clears what can be empty."""

    schedules: Annotated[list[DeploymentScheduleUpdate], Field(max_length=1000)] = []


class DeploymentsToPoll(Shape):
    """Whose runs are asked for, and until when they are due."""

    model_config = ConfigDict(frozen=True)

    deployment_ids: Annotated[list[UUID], Field(max_length=10_000)]
    scheduled_before: Moment | None = None
    limit: int | None = None


class Planning(Shape):
    """From when to when runs are to be made at once; *min_time* is in seconds."""

    model_config = ConfigDict(frozen=True)

    start_time: Moment | None = None
    end_time: Moment | None = None
    min_time: Annotated[float, Field(ge=0, le=10**9, allow_inf_nan=False)] | None = None
    min_runs: Annotated[int, Field(ge=0, le=MOST_DATES)] | None = None
    max_runs: Annotated[int, Field(ge=0, le=MOST_DATES)] | None = None
