"""Log lines on the wire."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter

from headwater import criteria
from headwater.shapes import LATE, Shape
from headwater.texts import ChosenString, Moment, Whole, WrittenText

LONGEST_MESSAGE = 1_000_000  # characters, what the clients cut at themselves
LONGEST_QUERY = 200


def _cut(message: str) -> str:
    """Keep the start of a line that is too long, and say how long it was."""
    if len(message) <= LONGEST_MESSAGE:
        return message
    return f"{message[:LONGEST_MESSAGE]}… [cut: the line had {len(message):,} characters]"


class LogCreate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: WrittenText
    level: Whole
    message: Annotated[WrittenText, AfterValidator(_cut)]
    timestamp: Moment
    flow_run_id: UUID | None = None
    task_run_id: UUID | None = None


LogBatch = TypeAdapter(list[LogCreate], config=LATE)


class LogSort(StrEnum):
    TIMESTAMP_ASC = "TIMESTAMP_ASC"
    TIMESTAMP_DESC = "TIMESTAMP_DESC"


class TextQuery(criteria.Criterion):
    """Words that lines have: any of them, none of those after `-`, each of those after `+`."""

    model_config = ConfigDict(title="LogFilterTextSearch")

    query: Annotated[ChosenString, Field(max_length=LONGEST_QUERY)]


class LogFilter(criteria.Filter):
    """Where `text` is searched, a run bounds the search."""

    level: criteria.Levels | None = None
    timestamp: criteria.Times | None = None
    flow_run_id: criteria.Ids | None = None
    task_run_id: criteria.OptionalIds | None = None
    text: TextQuery | None = None
