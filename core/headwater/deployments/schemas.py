"""Filters of deployments on the wire."""

from pydantic import ConfigDict

from headwater import criteria
from headwater.texts import Whole


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
