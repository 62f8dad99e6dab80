"""The list of runs: filtered by its URL, in pages, following what happens."""

from flask import Response, request

from headwater.api import current_workspace, now, reading, render_live
from headwater.api.runs import list_newest_flow_runs
from headwater_panel_runs.blueprint import blueprint
from headwater_panel_runs.shown import FLOW_RUN_STATES, show_run
from headwater_panel_runs.wanted import WINDOWS, parse_wanted, write_place

PAGE = 50


@blueprint.get("/runs")
def show_runs() -> Response:
    moment = now()
    wanted = parse_wanted(request.args, moment)
    with reading() as session:
        dialect = session.get_bind().dialect.name
        condition = wanted.condition(current_workspace(), dialect, moment)
        rows = list_newest_flow_runs(session, condition, PAGE + 1)
    runs = [show_run(row) for row in rows[:PAGE]]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    older = last and write_place((last.expected_start_time, last.id))
    return render_live(
        "headwater_panel_runs/runs.html",
        "headwater_panel_runs/_runs.html",
        shown=(runs, older),
        runs=runs,
        older=older,
        wanted=wanted,
        windows=WINDOWS,
        states=FLOW_RUN_STATES,
        now=moment,
        api_url=f"{request.url_root}api",
    )
