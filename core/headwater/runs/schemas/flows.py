"""Flows on the wire."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, ConfigDict

from headwater.criteria import AllTags, Filter, IdsOrNot, IsNull, Names
from headwater.shapes import Shape
from headwater.texts import ChosenLabels, ChosenString, ChosenText, check_size

BANNED = "/%&><"


def _refuse_banned(name: str) -> str:
    if any(sign in name for sign in BANNED):
        raise ValueError(f"Name {name!r} contains an invalid character. Must not contain {BANNED}")
    return name


ObjectName = Annotated[ChosenText, AfterValidator(check_size), AfterValidator(_refuse_banned)]


class FlowCreate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ObjectName
    tags: list[ChosenString] = []
    labels: ChosenLabels | None = None


class FlowUpdate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    tags: list[ChosenString] = []


class FlowSort(StrEnum):
    CREATED_DESC = "CREATED_DESC"
    UPDATED_DESC = "UPDATED_DESC"
    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"


class FlowFilter(Filter):
    id: IdsOrNot | None = None
    name: Names | None = None
    tags: AllTags | None = None
    deployment: IsNull | None = None
