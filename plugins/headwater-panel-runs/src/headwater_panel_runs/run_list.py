"""The list of runs: filtered by its URL, in pages, following what happens."""

from time import monotonic

from flask import Response, request

from headwater.api import current_workspace, now, reading, render_live
from headwater.api.runs import list_newest_flow_runs
from headwater_panel_runs.blueprint import blueprint
from headwater_panel_runs.shown import FLOW_RUN_STATES, show_run
from headwater_panel_runs.wanted import WINDOWS, parse_wanted, write_place

PAGE = 50
PACES = ((0.2, 2), (1.0, 5))  # a look that took so long is followed by the next after so long
SLOWEST = 15  # seconds


@blueprint.get("/runs")
def show_runs() -> Response:
    moment = now()
    wanted = parse_wanted(request.args, moment)
    began = monotonic()
    with reading() as session:
        dialect = session.get_bind().dialect.name
        condition = wanted.condition(current_workspace(), dialect, moment)
        rows = list_newest_flow_runs(session, condition, PAGE + 1, wanted.states)
    pace = pace_after(monotonic() - began)
    runs = [show_run(row) for row in rows[:PAGE]]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    older = last and write_place((last.expected_start_time, last.id))
    return render_live(
        "headwater_panel_runs/runs.html",
        "headwater_panel_runs/_runs.html",
        shown=(runs, older, pace),
        runs=runs,
        older=older,
        wanted=wanted,
        pace=pace,
        windows=WINDOWS,
        states=FLOW_RUN_STATES,
        now=moment,
        api_url=f"{request.url_root}api",
    )


def pace_after(took: float) -> int:
    """Return the seconds until the next look: a search through many runs is not for each two."""
    return next((pace for limit, pace in PACES if took < limit), SLOWEST)
