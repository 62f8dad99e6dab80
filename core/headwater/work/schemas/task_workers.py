"""Task workers on the wire."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from headwater.criteria import Some
from headwater.shapes import Shape
from headwater.texts import ChosenKey


class Subscription(Shape):
    """The first frame of a task worker: whose task runs it wants, and who it is."""

    model_config = ConfigDict(frozen=True)

    type: Literal["subscribe"]
    keys: Annotated[list[ChosenKey], Field(min_length=1, max_length=1000)]
    client_id: Annotated[ChosenKey, Field(min_length=1)]


class TaskWorkerFilter(Shape):
    """Task workers that have one of the keys."""

    model_config = ConfigDict(frozen=True)

    task_keys: Some[ChosenKey]


class TaskWorkersWanted(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    task_worker_filter: TaskWorkerFilter | None = None


class TaskWorkerResponse(Shape):
    """A task worker. *timestamp*: when it was last seen to be there."""

    identifier: str
    task_keys: list[str]
    timestamp: AwareDatetime
