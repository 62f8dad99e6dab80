"""Events on the wire: what clients tell, and what they ask of the log."""

from headwater.events.schemas.events import (
    HEARTBEAT,
    LARGEST,
    RESOURCE_ID,
    RESOURCE_ROLE,
    Event,
    Labels,
    OldEvent,
    make_resource,
    parse_event,
)

__all__ = [
    "HEARTBEAT",
    "LARGEST",
    "RESOURCE_ID",
    "RESOURCE_ROLE",
    "Event",
    "Labels",
    "OldEvent",
    "make_resource",
    "parse_event",
]
