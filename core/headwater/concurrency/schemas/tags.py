"""Limits of task tags, the older routes' view on the same limits."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field

from headwater.concurrency.schemas.limits import Count
from headwater.criteria import Some
from headwater.shapes import Shape
from headwater.texts import LARGEST_KEY, ChosenKey, ChosenString

PREFIX = "tag:"  # what the limit of a tag is called begins so
MOST_HOLDERS = 1_000  # named at once: each is stored by itself, while all others wait


def name_of(tag: str) -> str:
    return PREFIX + tag


def _check_size(tag: str) -> str:
    if len(name_of(tag).encode()) > LARGEST_KEY:
        raise ValueError(f"must not be longer than {LARGEST_KEY - len(PREFIX)} bytes")
    return tag


class TagLimitCreate(Shape):
    """A limit of 0 lets nothing with the tag run; one below that means nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="ConcurrencyLimitCreate")

    tag: Annotated[ChosenKey, AfterValidator(_check_size)]
    concurrency_limit: Count


class TagLimit(Shape):
    """*active_slots* are the task runs that hold one."""

    model_config = ConfigDict(frozen=True, title="ConcurrencyLimit")

    id: UUID
    created: datetime
    updated: datetime
    tag: str
    concurrency_limit: int
    active_slots: list[UUID]


class TagReset(Shape):
    """The task runs that are to hold the slots from now on."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    slot_override: Annotated[list[UUID], Field(max_length=MOST_HOLDERS)] | None = None


class TagSlots(Shape):
    """A task run that takes a slot of each tag that has a limit, or gives them back."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    names: Some[ChosenString]
    task_run_id: UUID
