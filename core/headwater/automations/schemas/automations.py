"""Automations on the wire."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field

from headwater.automations.schemas.actions import AnyAction
from headwater.automations.schemas.triggers import Trigger
from headwater.criteria import Criterion, Filter, Filters, Ids, Strings, Tags
from headwater.shapes import Shape
from headwater.texts import ChosenKey, ChosenString, Moment
from headwater.web.paging import Page

Actions = Annotated[list[AnyAction], Field(max_length=100)]


class _WholeAutomation(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ChosenKey
    description: ChosenString = ""
    enabled: bool = True
    tags: list[ChosenString] = []
    trigger: Trigger
    actions: Actions
    actions_on_trigger: Actions = []
    actions_on_resolve: Actions = []


class AutomationCreate(_WholeAutomation):
    """*owner_resource* is what it goes away with, such as a deployment."""

    owner_resource: ChosenKey | None = None


class AutomationUpdate(_WholeAutomation):
    """What may be absent, and is, stays as it was."""


class AutomationPartialUpdate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = True


class AutomationSort(StrEnum):
    CREATED_DESC = "CREATED_DESC"
    UPDATED_DESC = "UPDATED_DESC"
    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"


class CreatedBefore(Criterion):
    before_: Moment | None = None


class AutomationFilter(Filter):
    id: Ids | None = None
    name: Strings | None = None
    created: CreatedBefore | None = None
    tags: Tags | None = None


class AutomationsCounted(Filters):
    automations: AutomationFilter | None = None


class AutomationsWanted(AutomationsCounted, Page):
    sort: AutomationSort = AutomationSort.NAME_ASC


class Automation(Shape):
    id: UUID
    created: AwareDatetime
    updated: AwareDatetime
    name: str
    description: str
    enabled: bool
    tags: list[str]
    trigger: Trigger
    actions: list[AnyAction]
    actions_on_trigger: list[AnyAction]
    actions_on_resolve: list[AnyAction]
