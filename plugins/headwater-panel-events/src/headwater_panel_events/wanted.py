"""Which events the list shows, as its URL says it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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

CHOSEN = "chosen"  # a window of the URL's own, as bars lead to them
WINDOWS = {
    "1h": ("Last hour", timedelta(hours=1)),
    "24h": ("Last 24 hours", timedelta(hours=24)),
    "7d": ("Last 7 days", timedelta(days=7)),
    "30d": ("Last 30 days", timedelta(days=30)),
}
# Far enough for bars of any width to stay within the calendar.
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
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
class WantedEvents:
    """*event* begins the name; *resource* is one that an event is about or related to, *related*
    one that it is related to: ids, or what they begin with and a star."""

    event: str = ""
    resource: str = ""
    related: str = ""
    text: str = ""
    window: str = ""  # a key of WINDOWS, or CHOSEN; none: of all times
    begin: datetime | None = None  # of the chosen window, whose end belongs to the next
    end: datetime | None = None
    before: Place | None = None

    @property
    def filters(self) -> bool:
        return any((self.event, self.resource, self.related, self.text, self.window))

    def query(self, **changes: Any) -> dict[str, Any]:
        """Return the query parameters that say this, to build URLs from."""
        said: dict[str, Any] = {
            "event": self.event,
            "resource": self.resource,
            "related": self.related,
            "text": self.text,
            "since": self.window,
            "from": self.begin and self.begin.isoformat(),
            "until": self.end and self.end.isoformat(),
            "before": self.before and str(self.before),
        }
        return {name: value for name, value in (said | changes).items() if value}

    def filter(self, now: datetime) -> ResolvedFilter:
        begin, end = self.begin, self.end and self.end - TICK
        if self.window in WINDOWS:
            begin = now - WINDOWS[self.window][1]
        if self.before:
            end = self.before.moment
        return EventFilter(
            occurred=Occurred(since=begin, until=end),
            event=EventNames(prefix=[self.event.removesuffix("*")]) if self.event else None,
            any_resource=_any_resource(self.resource) if self.resource else None,
            related=_related(self.related) if self.related else None,
            text=EventText(query=self.text) if self.text else None,
        ).at(now)


def parse_wanted(query: MultiDict[str, str], now: datetime) -> WantedEvents:
    """Read the URL's query; what cannot be meant is a 400, not a list of other events."""
    window = query.get("since", "")
    if window and window not in {*WINDOWS, CHOSEN}:
        abort(400, f"since is one of {', '.join(WINDOWS)}, not {window!r}")
    begin, end = _parse_chosen(query) if window == CHOSEN else (None, None)
    wanted = WantedEvents(
        **{name: query.get(name, "").strip() for name in ("event", "resource", "related", "text")},
        window=window,
        begin=begin,
        end=end,
        before=_parse_place(query.get("before")),
    )
    try:
        wanted.filter(now)
    except ValidationError as error:
        abort(400, error.errors(include_url=False)[0]["msg"])
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


def _parse_chosen(query: MultiDict[str, str]) -> tuple[datetime, datetime]:
    begin, end = (_parse_moment(query.get(name)) for name in ("from", "until"))
    if begin is None or end is None or not EARLIEST <= begin < end <= LATEST:
        abort(
            400,
            "from and until are two times with a zone, the earlier one first, from "
            f"{EARLIEST.year} on and before {LATEST.year}",
        )
    return begin, end


def _parse_moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
        return None if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _parse_place(text: str | None) -> Place | None:
    if not text:
        return None
    found = _PLACE.fullmatch(text)
    moment = _parse_moment(found["moment"]) if found else None
    if found is None or moment is None or int(found["skip"]) > FURTHEST:
        abort(400, f"before={text!r} is no place in a list of events")
    return Place(moment, int(found["skip"]))
