"""The pieces of filters that are runs' own."""

from headwater.criteria import Criterion, Filter, StringsOrNot
from headwater.runs.schemas.states import StateType


class StateTypes(Criterion):
    any_: list[StateType] | None = None
    not_any_: list[StateType] | None = None


class StateFilter(Filter):
    type: StateTypes | None = None
    name: StringsOrNot | None = None
