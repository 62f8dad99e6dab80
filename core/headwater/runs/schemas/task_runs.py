"""Task runs on the wire."""

from enum import StrEnum
from uuid import UUID

from pydantic import ConfigDict

from headwater import criteria
from headwater.runs.schemas.criteria import StateFilter
from headwater.runs.schemas.policies import TaskRunPolicy
from headwater.runs.schemas.states import StateCreate
from headwater.shapes import Shape
from headwater.texts import ChosenJson, ChosenKey, ChosenLabels, ChosenString, ChosenText, Moment


class TaskRunCreate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: UUID | None = None
    name: ChosenText | None = None
    flow_run_id: UUID | None = None
    task_key: ChosenKey
    dynamic_key: ChosenKey
    cache_key: ChosenString | None = None
    cache_expiration: Moment | None = None
    task_version: ChosenString | None = None
    empirical_policy: TaskRunPolicy = TaskRunPolicy()
    tags: criteria.Some[ChosenString] = []
    labels: ChosenLabels | None = None
    task_inputs: dict[ChosenString, list[ChosenJson]] = {}
    state: StateCreate | None = None


class TaskRunUpdate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ChosenText | None = None


class TaskRunSort(StrEnum):
    ID_DESC = "ID_DESC"
    EXPECTED_START_TIME_ASC = "EXPECTED_START_TIME_ASC"
    EXPECTED_START_TIME_DESC = "EXPECTED_START_TIME_DESC"
    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"
    NEXT_SCHEDULED_START_TIME_ASC = "NEXT_SCHEDULED_START_TIME_ASC"
    END_TIME_DESC = "END_TIME_DESC"
    DURATION_ASC = "DURATION_ASC"
    DURATION_DESC = "DURATION_DESC"


class TaskRunFilter(criteria.Filter):
    id: criteria.Ids | None = None
    name: criteria.Names | None = None
    tags: criteria.AllTags | None = None
    state: StateFilter | None = None
    start_time: criteria.OptionalTimes | None = None
    end_time: criteria.OptionalTimes | None = None
    expected_start_time: criteria.Times | None = None
    flow_run_id: criteria.OptionalIds | None = None
    subflow_runs: criteria.Exists | None = None
