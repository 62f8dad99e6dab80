"""The chart above the list: how many events there were over the chosen time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from headwater.api.events import count_over_time
from headwater.api.pages import HIGH, WIDE, History, answer_history, pace_history
from headwater_panel_events.blueprint import blueprint
from headwater_panel_events.wanted import WantedEvents, parse_wanted

USUAL = "24h"  # the window of WINDOWS that is drawn where events of all times are listed
LOWEST = 1.5  # units of a bar that has any event


@dataclass(frozen=True)
class Bar:
    """The events of one interval, which ends where the next begins."""

    begin: datetime
    end: datetime
    events: int
    x: int
    y: float
    height: float


@dataclass(frozen=True)
class EventHistory(History):
    """*counted_since* is set where the events before were too many to look at."""

    counted_since: datetime | None

    @property
    def total(self) -> int:
        return sum(bar.events for bar in self.bars)


@blueprint.get("/events/history")
def show_history() -> Response:
    template = "headwater_panel_events/_history.html"
    return answer_history(template, ".show_events", USUAL, parse_wanted, read_history)


def read_history(
    session: Session, workspace: UUID, wanted: WantedEvents, moment: datetime
) -> EventHistory:
    began = monotonic()
    begin, end, seconds = wanted.window.intervals(moment, USUAL)
    found = count_over_time(session, workspace, wanted.filter(moment), begin, end, seconds)
    bars = draw_bars(found.by_interval, begin, end, timedelta(seconds=seconds))
    return EventHistory(begin, end, bars, pace_history(monotonic() - began), found.since)


def draw_bars(
    counts: Mapping[int, int], begin: datetime, end: datetime, width: timedelta
) -> list[Bar]:
    """Return a bar for each interval, as high as it has events beside the others."""
    most = max([1, *counts.values()])
    bars = []
    for number in range((end - begin) // width):
        events, since = counts.get(number, 0), begin + number * width
        height = max(LOWEST, round(HIGH * events / most, 2)) if events else 0.0
        place = (number * WIDE, round(HIGH - height, 2))
        bars.append(Bar(since, since + width, events, *place, height))
    return bars
