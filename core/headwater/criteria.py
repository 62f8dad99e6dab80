"""The pieces that filters are made of. Their names are the wire's: `any_`, `like_`, `before_`.

A piece that is null or empty asks for nothing; an empty list in `any_` matches nothing.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from headwater.shapes import Shape
from headwater.texts import ChosenString, Moment, Whole

Value = TypeVar("Value")
# More parameters than a statement may have, and more conditions than SQLite takes, are refused
# by field. So is a pattern that it finds too complex.
Some = Annotated[list[Value], Field(max_length=10_000)]
Few = Annotated[list[Value], Field(max_length=200)]
Pattern = Annotated[ChosenString, Field(max_length=1000)]
MOST_VALUES = 20_000  # of all filters together; a statement has an end


class Criterion(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Operator(StrEnum):
    AND = "and_"
    OR = "or_"


class Filter(Criterion):
    """Criteria joined by one operator."""

    operator: Operator = Operator.AND


class Ids(Criterion):
    any_: Some[UUID] | None = None


class IdsOrNot(Ids):
    not_any_: Some[UUID] | None = None


class OptionalIds(Filter):
    any_: Some[UUID] | None = None
    is_null_: bool | None = None


class ParentFlowRuns(Filter):
    any_: Some[UUID] | None = None


class Strings(Criterion):
    any_: Some[ChosenString] | None = None


class StringsOrNot(Strings):
    not_any_: Some[ChosenString] | None = None


class OptionalStrings(Filter):
    any_: Some[ChosenString] | None = None
    is_null_: bool | None = None


class Like(Criterion):
    """A part of the text, whatever the case; % and _ stand for any characters, and any one."""

    like_: Pattern | None = None


class Names(Strings):
    like_: Pattern | None = None


class AllTags(Filter):
    all_: Few[ChosenString] | None = None
    is_null_: bool | None = None


class Tags(AllTags):
    any_: Some[ChosenString] | None = None


class Times(Criterion):
    """Both ends belong to it."""

    before_: Moment | None = None
    after_: Moment | None = None


class OptionalTimes(Times):
    is_null_: bool | None = None


class Levels(Criterion):
    ge_: Whole | None = None
    le_: Whole | None = None


class IsNull(Filter):
    is_null_: bool | None = None


class Exists(Criterion):
    exists_: bool | None = None


class Equal(Criterion):
    eq_: bool | None = None


class StartsWith(Strings):
    startswith_: Few[Pattern] | None = None


class CreatedBy(Filter):
    id_: Some[UUID] | None = None
    type_: Some[ChosenString] | None = None
    is_null_: bool | None = None


class Filters(Shape):
    """The filters of one request, each of objects of another kind."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="after")
    def bound_values(self) -> Self:
        if (count := count_values(self)) > MOST_VALUES:
            raise ValueError(f"the filters have {count} values, at most {MOST_VALUES} are taken")
        return self


def count_values(wanted: BaseModel) -> int:
    """Return how many values all lists of a filter have, those within it too."""
    return sum(_list_counts(wanted))


def _list_counts(wanted: BaseModel) -> Iterator[int]:
    for name in wanted.model_fields_set:
        value = getattr(wanted, name)
        if isinstance(value, list):
            yield len(value)
        elif isinstance(value, BaseModel):
            yield count_values(value)
