"""The chart above the list of runs: how many there were, by state, over the chosen time."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from headwater.api.pages import History, answer_history, pace_history
from headwater.api.runs import count_by_interval
from headwater_panel_runs.bars import draw_stacks
from headwater_panel_runs.blueprint import blueprint
from headwater_panel_runs.shown import in_order, total
from headwater_panel_runs.wanted import WantedRuns, parse_wanted

USUAL = "7d"  # the window of WINDOWS that is drawn where all runs are listed


@dataclass(frozen=True)
class RunHistory(History):
    """*counts* are those of all runs, by state."""

    counts: list[tuple[str, int]]

    @property
    def total(self) -> int:
        return total(dict(self.counts))


@blueprint.get("/runs/history")
def show_history() -> Response:
    template = "headwater_panel_runs/_history.html"
    return answer_history(template, ".show_runs", USUAL, parse_wanted, read_history)


def read_history(
    session: Session, workspace: UUID, wanted: WantedRuns, moment: datetime
) -> RunHistory:
    began = monotonic()
    begin, end, seconds = wanted.window.intervals(moment, USUAL)
    dialect = session.get_bind().dialect.name
    condition = wanted.whole_condition(workspace, dialect, moment)
    rows = count_by_interval(session, condition, begin, end, seconds)
    width = timedelta(seconds=seconds)
    of_intervals: list[dict[str, int]] = [{} for _ in range((end - begin) // width)]
    counts: Counter[str | None] = Counter()
    for row in rows:
        of_intervals[row.number][str(row.state_type)] = row.runs
        counts[row.state_type] += row.runs
    bars = draw_stacks(of_intervals, begin, width)
    return RunHistory(begin, end, bars, pace_history(monotonic() - began), list(in_order(counts)))
