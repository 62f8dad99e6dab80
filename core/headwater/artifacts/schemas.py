"""Artifacts on the wire."""

import re
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, ConfigDict

from headwater.criteria import Filter, Filters, Ids, Names, StringsOrNot
from headwater.deployments.schemas.filters import DeploymentFilter
from headwater.runs.schemas.flow_runs import FlowRunFilter
from headwater.runs.schemas.flows import FlowFilter
from headwater.runs.schemas.task_runs import TaskRunFilter
from headwater.shapes import Shape
from headwater.texts import ChosenAny, ChosenKey, ChosenString
from headwater.web.paging import Page

_KEY = re.compile("[a-z0-9-]*")


def _check_key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError("Artifact key must only contain lowercase letters, numbers, and dashes.")
    return key


# The empty key is one, as with the clients' own servers.
Key = Annotated[ChosenKey, AfterValidator(_check_key)]
Metadata = dict[ChosenString, ChosenString]


class ArtifactCreate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Key | None = None
    type: ChosenString | None = None
    description: ChosenString | None = None
    data: ChosenAny = None
    metadata_: Metadata | None = None
    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None


class OldArtifactCreate(ArtifactCreate):
    """An artifact of the 2.20 clients: numbers become texts in what describes it."""

    model_config = ConfigDict(coerce_numbers_to_str=True)


class ArtifactUpdate(Shape):
    """What was not sent stays; null clears."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: ChosenAny = None
    description: ChosenString | None = None
    metadata_: Metadata | None = None


class OldArtifactUpdate(ArtifactUpdate):
    model_config = ConfigDict(coerce_numbers_to_str=True)


class ArtifactSort(StrEnum):
    CREATED_DESC = "CREATED_DESC"
    UPDATED_DESC = "UPDATED_DESC"
    ID_DESC = "ID_DESC"
    KEY_DESC = "KEY_DESC"
    KEY_ASC = "KEY_ASC"


class Keys(Names):
    exists_: bool | None = None


class ArtifactFilter(Filter):
    id: Ids | None = None
    key: Keys | None = None
    flow_run_id: Ids | None = None
    task_run_id: Ids | None = None
    type: StringsOrNot | None = None


class ArtifactCollectionFilter(Filter):
    latest_id: Ids | None = None
    key: Keys | None = None
    flow_run_id: Ids | None = None
    task_run_id: Ids | None = None
    type: StringsOrNot | None = None


class OfRuns(Filters):
    """Filters of the run that made it."""

    flow_runs: FlowRunFilter | None = None
    task_runs: TaskRunFilter | None = None
    flows: FlowFilter | None = None
    deployments: DeploymentFilter | None = None


class ArtifactsCounted(OfRuns):
    artifacts: ArtifactFilter | None = None


class ArtifactsWanted(ArtifactsCounted, Page):
    sort: ArtifactSort = ArtifactSort.ID_DESC


class LatestCounted(OfRuns):
    artifacts: ArtifactCollectionFilter | None = None


class LatestWanted(LatestCounted, Page):
    sort: ArtifactSort = ArtifactSort.ID_DESC


class Artifact(Shape):
    id: UUID
    created: AwareDatetime
    updated: AwareDatetime
    key: str | None
    type: str | None
    description: str | None
    data: Any
    metadata_: dict[str, str] | None
    flow_run_id: UUID | None
    task_run_id: UUID | None


class ArtifactCollection(Artifact):
    """A key with its latest artifact; the id is the key's own."""

    key: str
    latest_id: UUID
