"""Which events the list shows, as its URL says it."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import abort
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from headwater.api.events import (
    RESOURCE_ID,
    AnyResource,
    EventFilter,
    EventNames,
    EventText,
    Occurred,
    RelatedResource,
    ResolvedFilter,
)
from headwater.api.pages import Wanted, Window, parse_moment, parse_window, refuse

FURTHEST = 10_000  # events of one instant, before a page
_PLACE = re.compile(r"(?P<moment>[^_]+)_(?P<skip>[0-9]{1,5})")


@dataclass(frozen=True)
class Place:
    """Where a page begins: with the events until *moment*, but for the first *skip* of them."""

    moment: datetime
    skip: int

    def __str__(self) -> str:
        return f"{self.moment.isoformat()}_{self.skip}"


@dataclass(frozen=True)
class WantedEvents(Wanted):
    """*event* begins the name; *resource* is one that an event is about or related to, *related*
    one that it is related to: ids, or what they begin with and a star."""

    event: str = ""
    resource: str = ""
    related: str = ""
    text: str = ""
    window: Window = field(default_factory=Window)
    before: Place | None = None

    def said(self) -> dict[str, Any]:
        return {
            "event": self.event,
            "resource": self.resource,
            "related": self.related,
            "text": self.text,
            "before": self.before and str(self.before),
        } | self.window.query()

    def filter(self, now: datetime) -> ResolvedFilter:
        first, last = self.window.limits(now)
        if self.before:
            last = self.before.moment
        return EventFilter(
            occurred=Occurred(since=first, until=last),
            event=EventNames(prefix=[self.event.removesuffix("*")]) if self.event else None,
            any_resource=_any_resource(self.resource) if self.resource else None,
            related=_related(self.related) if self.related else None,
            text=EventText(query=self.text) if self.text else None,
        ).at(now)


def parse_wanted(query: MultiDict[str, str], now: datetime) -> WantedEvents:
    """Read the URL's query; what cannot be meant is a 400, not a list of other events."""
    wanted = WantedEvents(
        **{name: query.get(name, "").strip() for name in ("event", "resource", "related", "text")},
        window=parse_window(query),
        before=_parse_place(query.get("before")),
    )
    try:
        wanted.filter(now)
    except ValidationError as error:
        refuse(error)
    return wanted


def place_after(place: Place | None, occurred: list[datetime], last: datetime) -> Place:
    """Return where the page after one begins, whose events *occurred* then: it went back to
    *last*."""
    skip = sum(moment == last for moment in occurred)
    if place and place.moment == last:
        skip += place.skip
    return Place(last, skip)


def _any_resource(said: str) -> AnyResource:
    if said.endswith("*"):
        return AnyResource(id_prefix=[said.removesuffix("*")])
    return AnyResource(id=[said])


def _related(said: str) -> RelatedResource:
    if said.endswith("*"):
        return RelatedResource(labels={RESOURCE_ID: said})
    return RelatedResource(id=[said])


def _parse_place(text: str | None) -> Place | None:
    if not text:
        return None
    found = _PLACE.fullmatch(text)
    moment = parse_moment(found["moment"]) if found else None
    if found is None or moment is None or int(found["skip"]) > FURTHEST:
        abort(400, f"before={text!r} is no place in a list of events")
    return Place(moment, int(found["skip"]))
