"""Flow runs on the wire."""

from enum import StrEnum
from uuid import UUID

from pydantic import ConfigDict, TypeAdapter

from headwater import criteria
from headwater.runs.schemas.criteria import StateFilter
from headwater.runs.schemas.policies import FlowRunPolicy
from headwater.runs.schemas.states import StateCreate
from headwater.shapes import LATE, Shape
from headwater.texts import ChosenJson, ChosenKey, ChosenLabels, ChosenString, ChosenText


class FlowRunCreate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    flow_id: UUID
    name: ChosenText | None = None
    flow_version: ChosenString | None = None
    deployment_id: UUID | None = None
    parameters: ChosenJson = {}
    context: ChosenJson = {}
    job_variables: ChosenJson | None = None
    empirical_policy: FlowRunPolicy = FlowRunPolicy()
    parent_task_run_id: UUID | None = None
    infrastructure_document_id: UUID | None = None
    idempotency_key: ChosenKey | None = None
    tags: list[ChosenString] = []
    labels: ChosenLabels | None = None
    work_pool_name: ChosenString | None = None
    work_queue_name: ChosenKey | None = None
    state: StateCreate | None = None


class DeploymentFlowRunCreate(Shape):
    """A run of a deployment; what is absent is the deployment's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: StateCreate | None = None
    name: ChosenText | None = None
    parameters: ChosenJson = {}
    enforce_parameter_schema: bool | None = None
    context: ChosenJson = {}
    infrastructure_document_id: UUID | None = None
    empirical_policy: FlowRunPolicy = FlowRunPolicy()
    tags: list[ChosenString] = []
    idempotency_key: ChosenKey | None = None
    labels: ChosenLabels | None = None
    parent_task_run_id: UUID | None = None
    work_queue_name: ChosenKey | None = None
    job_variables: ChosenJson | None = None


RUNS_OF_DEPLOYMENT: TypeAdapter[list[DeploymentFlowRunCreate]] = TypeAdapter(
    list[DeploymentFlowRunCreate], config=LATE
)


class FlowRunUpdate(Shape):
    """What is absent stays as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ChosenText | None = None
    flow_version: ChosenString | None = None
    parameters: ChosenJson = {}
    empirical_policy: FlowRunPolicy = FlowRunPolicy()
    tags: list[ChosenString] = []
    infrastructure_pid: ChosenString | None = None
    job_variables: ChosenJson | None = None


class SetState(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    state: StateCreate
    force: bool = False


LABELS: TypeAdapter[ChosenLabels] = TypeAdapter(ChosenLabels, config=LATE)


class FlowRunSort(StrEnum):
    ID_DESC = "ID_DESC"
    START_TIME_ASC = "START_TIME_ASC"
    START_TIME_DESC = "START_TIME_DESC"
    EXPECTED_START_TIME_ASC = "EXPECTED_START_TIME_ASC"
    EXPECTED_START_TIME_DESC = "EXPECTED_START_TIME_DESC"
    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"
    NEXT_SCHEDULED_START_TIME_ASC = "NEXT_SCHEDULED_START_TIME_ASC"
    END_TIME_DESC = "END_TIME_DESC"


class FlowRunFilter(criteria.Filter):
    id: criteria.IdsOrNot | None = None
    name: criteria.Names | None = None
    tags: criteria.Tags | None = None
    deployment_id: criteria.OptionalIds | None = None
    work_queue_name: criteria.OptionalStrings | None = None
    state: StateFilter | None = None
    flow_version: criteria.Strings | None = None
    start_time: criteria.OptionalTimes | None = None
    end_time: criteria.OptionalTimes | None = None
    expected_start_time: criteria.Times | None = None
    next_scheduled_start_time: criteria.Times | None = None
    parent_flow_run_id: criteria.ParentFlowRuns | None = None
    parent_task_run_id: criteria.OptionalIds | None = None
    idempotency_key: criteria.StringsOrNot | None = None
    created_by: criteria.CreatedBy | None = None
