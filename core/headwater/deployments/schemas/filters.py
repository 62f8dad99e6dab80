"""Filters of deployments on the wire."""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from headwater import criteria
from headwater.shapes import Shape
from headwater.texts import Whole

MOST = 50  # deployments to remove at once


class FlowOrDeploymentName(criteria.Criterion):
    model_config = ConfigDict(title="DeploymentOrFlowNameFilter")

    like_: criteria.Pattern | None = None


class ConcurrencyLimits(criteria.Criterion):
    """Taken and passed over, as the clients' own server does."""

    model_config = ConfigDict(title="DeploymentFilterConcurrencyLimit")

    ge_: Whole | None = None
    le_: Whole | None = None
    is_null_: bool | None = None


class DeploymentFilter(criteria.Filter):
    id: criteria.IdsOrNot | None = None
    name: criteria.Names | None = None
    flow_or_deployment_name: FlowOrDeploymentName | None = None
    paused: criteria.Equal | None = None
    is_schedule_active: criteria.Equal | None = None  # 2.20's word for not being paused
    tags: criteria.Tags | None = None
    work_queue_name: criteria.Strings | None = None
    concurrency_limit: ConcurrencyLimits | None = None


class DeploymentSort(StrEnum):
    CREATED_DESC = "CREATED_DESC"
    UPDATED_DESC = "UPDATED_DESC"
    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"


class DeploymentsToDelete(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    deployments: DeploymentFilter | None = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = MOST
