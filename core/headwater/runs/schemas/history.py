"""How many runs there were over time, on the wire."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from headwater.runs.schemas.lists import RunsWanted
from headwater.runs.schemas.states import StateType
from headwater.shapes import Shape
from headwater.texts import Moment


class HistoryWanted(RunsWanted):
    """Runs that were expected to start in a time, by intervals of it."""

    history_start: Moment
    history_end: Moment
    history_interval_seconds: Annotated[float, Field(allow_inf_nan=False)]


class HistoryResponseState(Shape):
    """Sums are seconds."""

    state_type: StateType
    state_name: str
    count_runs: int
    sum_estimated_run_time: float
    sum_estimated_lateness: float


class HistoryResponse(Shape):
    interval_start: AwareDatetime
    interval_end: AwareDatetime
    states: list[HistoryResponseState]
