"""The pieces that filters are made of. Their names are the wire's: `any_`, `like_`, `before_`.

A piece that is null or empty asks for nothing; an empty list in `any_` matches nothing.
"""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from headwater.texts import ChosenString, Moment, Whole


class Criterion(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Operator(StrEnum):
    AND = "and_"
    OR = "or_"


class Filter(Criterion):
    """Criteria joined by one operator."""

    operator: Operator = Operator.AND


class Ids(Criterion):
    any_: list[UUID] | None = None


class IdsOrNot(Ids):
    not_any_: list[UUID] | None = None


class OptionalIds(Filter):
    any_: list[UUID] | None = None
    is_null_: bool | None = None


class ParentFlowRuns(Filter):
    any_: list[UUID] | None = None


class Strings(Criterion):
    any_: list[ChosenString] | None = None


class StringsOrNot(Strings):
    not_any_: list[ChosenString] | None = None


class OptionalStrings(Filter):
    any_: list[ChosenString] | None = None
    is_null_: bool | None = None


class Names(Strings):
    like_: ChosenString | None = None


class AllTags(Filter):
    all_: list[ChosenString] | None = None
    is_null_: bool | None = None


class Tags(AllTags):
    any_: list[ChosenString] | None = None


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
    startswith_: list[ChosenString] | None = None


class CreatedBy(Filter):
    id_: list[UUID] | None = None
    type_: list[ChosenString] | None = None
    is_null_: bool | None = None
