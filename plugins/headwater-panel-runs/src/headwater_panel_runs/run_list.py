"""The list of runs: filtered by its URL, in pages, following what happens."""

from time import monotonic

from flask import Response, request

from headwater.api import (
    current_workspace,
    cursor_of,
    now,
    reading,
    render_live,
    wants_fragment,
)
from headwater.api.pages import WINDOWS, pace_after
from headwater.api.runs import list_newest_flow_runs
from headwater_panel_runs.blueprint import blueprint
from headwater_panel_runs.history import USUAL, read_history
from headwater_panel_runs.shown import FLOW_RUN_STATES, show_run
from headwater_panel_runs.wanted import parse_wanted, write_place

PAGE = 50


@blueprint.get("/runs")
def show_runs() -> Response:
    moment, workspace = now(), current_workspace()
    wanted = parse_wanted(request.args, moment)
    # The chart asks for its own news. Whoever filters anew needs another one, though.
    follows = wants_fragment() and "after" in request.args
    began = monotonic()
    with reading() as session:
        dialect = session.get_bind().dialect.name
        condition = wanted.condition(workspace, dialect, moment)
        rows = list_newest_flow_runs(session, condition, PAGE + 1, wanted.states)
        pace = pace_after(monotonic() - began)
        history = None
        if not follows and not wanted.before:
            history = read_history(session, workspace, wanted, moment)
    runs = [show_run(row) for row in rows[:PAGE]]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    older = last and write_place((last.expected_start_time, last.id))
    return render_live(
        "headwater_panel_runs/runs.html",
        "headwater_panel_runs/_runs_and_history.html",
        shown=(runs, older, pace),
        runs=runs,
        older=older,
        history=history,
        history_cursor=history and cursor_of(history),
        wanted=wanted,
        pace=pace,
        windows=WINDOWS,
        usual=USUAL,
        states=FLOW_RUN_STATES,
        now=moment,
        api_url=f"{request.url_root}api",
    )
