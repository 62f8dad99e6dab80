"""The timeline of a flow run: when its task runs and subflow runs ran, and what led to what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.api import current_workspace, now, reading, render_live, wants_fragment
from headwater.api.pages import pace_after, see
from headwater.api.runs import count_task_runs_by_state, get_flow_run, list_begun
from headwater_panel_runs.blueprint import blueprint
from headwater_panel_runs.gantt import Gantt, Scale, draw_each, draw_groups
from headwater_panel_runs.shown import ShownRun, show_run, total

EACH = 100  # task runs of which each has a row of its own; more have one a task
MOST = 2_000  # that are drawn at all


@dataclass(frozen=True)
class Timeline:
    """*total* counts all task runs, *begun* those that are drawn; *whole* has a row for each."""

    gantt: Gantt | None
    total: int
    begun: int
    is_grouped: bool
    whole: bool
    pace: int

    @property
    def shown(self) -> object:
        return self.gantt, self.total, self.pace


@blueprint.get("/runs/flow-run/<uuid:run_id>/timeline")
def show_timeline(run_id: UUID) -> Response:
    moment, workspace, whole = now(), current_workspace(), is_whole()
    if not wants_fragment():
        kept = "all" if whole else None
        url = url_for(".show_flow_run", run_id=run_id, timeline=kept, _anchor="gantt")
        return see(url)
    with reading() as session:
        run = show_run(get_flow_run(session, workspace, run_id))
        count = total(count_task_runs_by_state(session, workspace, run_id))
        timeline = read_timeline(session, workspace, run, count, whole=whole, now=moment)
    template = "headwater_panel_runs/_timeline.html"
    context = {"timeline": timeline, "run": run, "timeline_live": run.is_live(moment)}
    return render_live(template, template, shown=(timeline.shown, run.is_live(moment)), **context)


def is_whole() -> bool:
    return request.args.get("timeline") == "all"


def read_timeline(
    session: Session, workspace: UUID, run: ShownRun, count: int, *, whole: bool, now: datetime
) -> Timeline:
    """Draw a run of *count* task runs; with *whole* each has a row, however many they are."""
    began = monotonic()
    each = whole or count <= EACH
    rows = list_begun(session, workspace, run.id, MOST, inputs=count <= EACH) if count else []
    scale = scale_of(run, rows, now)
    gantt = None
    if rows and scale is not None:
        gantt = draw_each(rows, scale) if each else draw_groups(rows, scale)
    pace = pace_after(monotonic() - began)
    return Timeline(gantt, count, len(rows), count > EACH and not whole, whole, pace)


def scale_of(run: ShownRun, rows: Sequence[Row[Any]], now: datetime) -> Scale | None:
    """Return the time from the first start to the last end, which is now while the run goes on."""
    starts = [row.start_time for row in rows] + ([run.started] if run.started else [])
    if not starts:
        return None
    ends = [row.end_time for row in rows if row.end_time] + ([run.ended] if run.ended else [])
    if run.is_running or not ends:
        ends.append(now)
    start = min(starts)
    return Scale(start, max(*ends, start + timedelta(milliseconds=1)))
