"""What a panel may read of the event log.

A filter is asked `at` a time; of events the JSON columns are `orjson.Fragment`s: `parse` gives
their value.
"""

from headwater.db.json import parse
from headwater.events.schemas.events import RESOURCE_ID, RESOURCE_ROLE
from headwater.events.schemas.filters import (
    AnyResource,
    EventFilter,
    EventNames,
    EventText,
    Occurred,
    RelatedResource,
    ResolvedFilter,
)
from headwater.events.service.overviews import (
    Counts,
    Newest,
    count_over_time,
    find_newest,
    get_event,
    list_followers,
)

__all__ = [
    "RESOURCE_ID",
    "RESOURCE_ROLE",
    "AnyResource",
    "Counts",
    "EventFilter",
    "EventNames",
    "EventText",
    "Newest",
    "Occurred",
    "RelatedResource",
    "ResolvedFilter",
    "count_over_time",
    "find_newest",
    "get_event",
    "list_followers",
    "parse",
]
