"""The pieces of filters that are runs' own."""

from headwater.criteria import Criterion, Filter, Some, StringsOrNot
from headwater.runs.schemas.states import StateType


class StateTypes(Criterion):
    any_: Some[StateType] | None = None
    not_any_: Some[StateType] | None = None


class StateFilter(Filter):
    type: StateTypes | None = None
    name: StringsOrNot | None = None
