"""The chart above the list of runs: how many there were, by state, over the chosen time."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, request, url_for
from sqlalchemy.orm import Session

from headwater.api import current_workspace, now, reading, render_live, wants_fragment
from headwater.api.runs import count_by_interval
from headwater_panel_runs.bars import HIGH, WIDE, Stack, draw_stacks
from headwater_panel_runs.blueprint import blueprint
from headwater_panel_runs.shown import in_order, total
from headwater_panel_runs.wanted import WINDOWS, WantedRuns, parse_wanted

MOST_BARS = 48
USUAL = "7d"  # the window of WINDOWS that is drawn where all runs are listed
STEADY = 10  # seconds between two looks; one that takes long is repeated less often
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class History:
    """*pace* is in how many seconds to look again."""

    begin: datetime
    end: datetime
    bars: list[Stack]
    counts: list[tuple[str, int]]
    total: int
    pace: int
    high: int = HIGH

    @property
    def wide(self) -> int:
        return len(self.bars) * WIDE

    @property
    def shown(self) -> object:
        """What there is to see, for a cursor."""
        return self.begin, self.end, self.bars, self.pace


@blueprint.get("/runs/history")
def show_history() -> Response:
    moment = now()
    wanted = parse_wanted(request.args, moment)
    if not wants_fragment():
        query: dict[str, Any] = wanted.query()
        return make_response(redirect(url_for(".show_runs", **query), 303))
    with reading() as session:
        history = read_history(session, current_workspace(), wanted, moment)
    template = "headwater_panel_runs/_history.html"
    context = {"history": history, "wanted": wanted, "windows": WINDOWS}
    return render_live(template, template, shown=history.shown, **context)


def read_history(
    session: Session, workspace: UUID, wanted: WantedRuns, moment: datetime
) -> History:
    began = monotonic()
    begin, end, seconds = choose_intervals(*window_of(wanted, moment))
    dialect = session.get_bind().dialect.name
    condition = wanted.whole_condition(workspace, dialect, moment)
    rows = count_by_interval(session, condition, begin, end, seconds)
    width = timedelta(seconds=seconds)
    of_intervals: list[dict[str, int]] = [{} for _ in range((end - begin) // width)]
    counts: Counter[str | None] = Counter()
    for row in rows:
        of_intervals[row.number][str(row.state_type)] = row.runs
        counts[row.state_type] += row.runs
    return History(
        begin,
        end,
        draw_stacks(of_intervals, begin, width),
        list(in_order(counts)),
        total(counts),
        max(STEADY, 20 * round(monotonic() - began)),
    )


def window_of(wanted: WantedRuns, moment: datetime) -> tuple[datetime, datetime]:
    if wanted.begin and wanted.end:
        return wanted.begin, wanted.end
    return moment - WINDOWS.get(wanted.window, WINDOWS[USUAL])[1], moment


def choose_intervals(begin: datetime, end: datetime) -> tuple[datetime, datetime, int]:
    """Return a window around this one that whole intervals fill, MOST_BARS or so, and their
    seconds."""
    span = (end - begin).total_seconds()
    days = DAY * -(-span // (DAY * MOST_BARS))
    seconds = int(next((step for step in _STEPS if span / step <= MOST_BARS), days))
    first = (begin - _EPOCH) // timedelta(seconds=seconds)
    last = -((_EPOCH - end) // timedelta(seconds=seconds))
    width = timedelta(seconds=seconds)
    return _EPOCH + first * width, _EPOCH + last * width, seconds
