"""The chart above the list: how many events there were over the chosen time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, request, url_for
from sqlalchemy.orm import Session

from headwater.api import current_workspace, now, reading, render_live, wants_fragment
from headwater.api.events import count_over_time
from headwater_panel_events.blueprint import blueprint
from headwater_panel_events.wanted import WINDOWS, WantedEvents, parse_wanted

MOST_BARS = 48
USUAL = "24h"  # the window of WINDOWS that is drawn where events of all times are listed
STEADY = 10  # seconds between two looks; one that takes long is repeated less often
HIGH, WIDE = 56, 10  # units of the chart, and of a bar's place in it
LOWEST = 1.5  # units of a bar that has any event
DAY = 86_400
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
class History:
    """*pace* is in how many seconds to look again; *counted_since* is set where the events before
    were too many to look at."""

    begin: datetime
    end: datetime
    bars: list[Bar]
    counted_since: datetime | None
    pace: int
    high: int = HIGH

    @property
    def wide(self) -> int:
        return len(self.bars) * WIDE

    @property
    def total(self) -> int:
        return sum(bar.events for bar in self.bars)

    @property
    def shown(self) -> object:
        """What there is to see, for a cursor."""
        return self.begin, self.end, self.bars, self.counted_since, self.pace


@blueprint.get("/events/history")
def show_history() -> Response:
    moment = now()
    wanted = parse_wanted(request.args, moment)
    if not wants_fragment():
        query: dict[str, Any] = wanted.query()
        return make_response(redirect(url_for(".show_events", **query), 303))
    with reading() as session:
        history = read_history(session, current_workspace(), wanted, moment)
    template = "headwater_panel_events/_history.html"
    context = {"history": history, "wanted": wanted, "windows": WINDOWS}
    return render_live(template, template, shown=history.shown, **context)


def read_history(
    session: Session, workspace: UUID, wanted: WantedEvents, moment: datetime
) -> History:
    began = monotonic()
    begin, end, seconds = choose_intervals(*window_of(wanted, moment))
    found = count_over_time(session, workspace, wanted.filter(moment), begin, end, seconds)
    bars = draw_bars(found.by_interval, begin, end, timedelta(seconds=seconds))
    return History(begin, end, bars, found.since, max(STEADY, 20 * round(monotonic() - began)))


def window_of(wanted: WantedEvents, moment: datetime) -> tuple[datetime, datetime]:
    if wanted.begin and wanted.end:
        return wanted.begin, wanted.end
    return moment - WINDOWS.get(wanted.window, WINDOWS[USUAL])[1], moment


def choose_intervals(begin: datetime, end: datetime) -> tuple[datetime, datetime, int]:
    """Return a window around this one that whole intervals fill, MOST_BARS or so, and their
    seconds."""
    span = (end - begin).total_seconds()
    days = DAY * -(-span // (DAY * MOST_BARS))
    seconds = int(next((step for step in _STEPS if span / step <= MOST_BARS), days))
    width = timedelta(seconds=seconds)
    first, last = (begin - _EPOCH) // width, -((_EPOCH - end) // width)
    return _EPOCH + first * width, _EPOCH + last * width, seconds


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
