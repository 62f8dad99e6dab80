"""Work pools on the wire."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from headwater import criteria
from headwater.shapes import Shape
from headwater.texts import ChosenJson, ChosenKey, ChosenString, Whole
from headwater.work.schemas.statuses import WorkPoolStatus
from headwater.work.schemas.templates import check_template

AGENTS = "prefect-agent"  # the type of pools that have agents of 2.x in place of workers
DEFAULT_AGENT_POOL = "default-agent-pool"  # of queues that name no pool


def _check_blank(name: str) -> str:
    if not name.strip():
        raise ValueError("must not be blank")
    return name


# As the clients' own server has it for names of all kinds: these are cut from its addresses.
Name = Annotated[ChosenKey, Field(pattern=r"^[^/%&><]+$"), AfterValidator(_check_blank)]
Limit = Annotated[Whole, Field(ge=0)]
Template = Annotated[ChosenJson, AfterValidator(check_template)]


class WorkPoolStorageConfiguration(Shape):
    """Where workers put what they run and what comes of it. Old clients are not shown all of it."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra=lambda schema: schema.pop("required", None)
    )

    bundle_upload_step: ChosenJson | None = None
    bundle_execution_step: ChosenJson | None = None
    default_result_storage_block_id: UUID | None = None


class WorkPoolCreate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    description: ChosenString | None = None
    type: ChosenKey = AGENTS
    base_job_template: Template = {}
    is_paused: bool = False
    concurrency_limit: Limit | None = None
    storage_configuration: WorkPoolStorageConfiguration = WorkPoolStorageConfiguration()


class WorkPoolUpdate(Shape):
    """What is absent stays as it is. Null clears a description and a limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    description: ChosenString | None = None
    is_paused: bool | None = None
    base_job_template: Template | None = None
    concurrency_limit: Limit | None = None
    storage_configuration: WorkPoolStorageConfiguration | None = None


class WorkPoolFilter(criteria.Filter):
    id: criteria.Ids | None = None
    name: criteria.Strings | None = None
    type: criteria.Strings | None = None


class WorkPoolResponse(Shape):
    """A pool. *active_slots* are its runs that are pending or running, null without a limit."""

    id: UUID
    created: AwareDatetime
    updated: AwareDatetime
    name: str
    description: str | None
    type: str
    base_job_template: dict[str, Any]
    is_paused: bool
    concurrency_limit: int | None
    status: WorkPoolStatus | None
    default_queue_id: UUID
    storage_configuration: WorkPoolStorageConfiguration
    active_slots: int | None
