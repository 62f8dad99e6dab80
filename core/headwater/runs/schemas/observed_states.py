"""The kinds of states that runs have been in, on the wire."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, ConfigDict, Field

from headwater.runs.schemas.states import StateType
from headwater.shapes import Shape
from headwater.texts import ChosenString


class ObservedStateSort(StrEnum):
    NAME_ASC = "NAME_ASC"
    LAST_SEEN_DESC = "LAST_SEEN_DESC"


class ObservedStatesWanted(Shape):
    """*query* is how the state's type or its name begins, in whatever case."""

    model_config = ConfigDict(frozen=True)

    query: Annotated[ChosenString, Field(max_length=100)] = ""
    order_by: ObservedStateSort = ObservedStateSort.LAST_SEEN_DESC
    limit: Annotated[int, Field(ge=1, le=200)] = 200


class ObservedState(Shape):
    """A kind of state, and when runs that are still there first and last entered one."""

    state_type: StateType
    state_name: str
    first_seen: AwareDatetime
    last_seen: AwareDatetime
