"""The filters of all three kinds: each may be asked for by the others."""

from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import ConfigDict

from headwater.criteria import Few, Pattern, Some
from headwater.shapes import Shape
from headwater.texts import ChosenString

Value = TypeVar("Value")


class Operator(StrEnum):
    AND = "and_"
    OR = "or_"


class Any_(Shape, Generic[Value]):  # noqa: N801  # the wire's own word
    """One of these; of none, nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    any_: Some[Value] | None = None


class All_(Shape, Generic[Value]):  # noqa: N801  # the wire's own word
    """All of these; of none, everything."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="BlockSchemaFilterCapabilities")

    all_: Few[Value] | None = None


class Like(Shape):
    """A part of the text, whatever the case; % and _ stand for any characters, and any one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    like_: Pattern | None = None


class AnyOrLike(Like):
    any_: Some[ChosenString] | None = None


class Equal(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    eq_: bool | None = None


class BlockTypeFilter(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Like | None = None
    slug: Any_[ChosenString] | None = None


class BlockSchemaFilter(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    operator: Operator = Operator.AND
    block_type_id: Any_[UUID] | None = None
    block_capabilities: All_[ChosenString] | None = None
    id: Any_[UUID] | None = None
    version: Any_[ChosenString] | None = None


class BlockDocumentFilter(Shape):
    """Who does not ask for anonymous documents gets none, not even by id."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    operator: Operator = Operator.AND
    id: Any_[UUID] | None = None
    is_anonymous: Equal | None = Equal(eq_=False)
    block_type_id: Any_[UUID] | None = None
    name: AnyOrLike | None = None
