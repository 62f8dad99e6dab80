"""What became of an event in a trigger, on the wire."""

from enum import StrEnum


class Verdict(StrEnum):
    """What became of an event in a trigger. The first five: it was not for it."""

    EARLIER = "earlier"
    OWN = "own"
    NAME = "name"
    LABEL = "label"
    RELATED = "related"
    UNOPENED = "unopened"
    BEFORE = "before"
    LATE = "late"
    OPEN = "open"
    OPENED = "opened"
    RENEWED = "renewed"
    COUNTED = "counted"
    MISSED = "missed"
    GATHERED = "gathered"
    FIRED = "fired"
