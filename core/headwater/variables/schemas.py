"""Variables on the wire."""

import re
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from headwater.criteria import AllTags, Filter, Filters, Ids, Names
from headwater.db.json import dump
from headwater.shapes import Shape
from headwater.texts import ChosenAny, ChosenString
from headwater.web.paging import Page

LONGEST_NAME = 255  # characters
LONGEST_VALUE = 5000  # characters of JSON
_NAME = re.compile("[a-z0-9_-]*")


def _check_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(
            "Variable name must only contain lowercase letters, numbers, and dashes or underscores."
        )
    return name


def _check_value(value: Any) -> Any:
    if len(dump(value)) > LONGEST_VALUE:
        raise ValueError(f"Variable value must be less than {LONGEST_VALUE} characters")
    return value


# The empty name is one, as with the clients' own servers.
Name = Annotated[str, Field(max_length=LONGEST_NAME), AfterValidator(_check_name)]
Value = Annotated[ChosenAny, AfterValidator(_check_value)]
# What 2.20 knows: texts alone, and their quotes do not count.
OldValue = Annotated[ChosenString, Field(max_length=LONGEST_VALUE)]


class VariableCreate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    value: Value
    tags: list[ChosenString] = []


class OldVariableCreate(VariableCreate):
    """A variable of the 2.20 clients: a number becomes a text."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    value: OldValue


class VariableUpdate(Shape):
    """What was not sent stays; null is a value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = ""
    value: Value = None
    tags: list[ChosenString] = []


class OldVariableUpdate(VariableUpdate):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    value: OldValue = ""


class VariableSort(StrEnum):
    CREATED_DESC = "CREATED_DESC"
    UPDATED_DESC = "UPDATED_DESC"
    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"


class VariableFilter(Filter):
    """*value*, which 2.20 has, is about the JSON of texts."""

    id: Ids | None = None
    name: Names | None = None
    value: Names | None = None
    tags: AllTags | None = None


class VariablesCounted(Filters):
    variables: VariableFilter | None = None


class VariablesWanted(VariablesCounted, Page):
    sort: VariableSort = VariableSort.NAME_ASC


class Variable(Shape):
    id: UUID
    created: AwareDatetime
    updated: AwareDatetime
    name: str
    value: Any
    tags: list[str]
