"""All task runs of a flow run, in pages; the run's own page has the latest of them."""

from uuid import UUID

from flask import Response, request
from sqlalchemy import and_

from headwater.api import current_workspace, now, reading, render_live
from headwater.api.runs import (
    count_task_runs_by_state,
    get_flow_run_and_parent,
    list_newest_task_runs,
    task_runs_of,
    task_runs_older_than,
)
from headwater_panel_runs.blueprint import blueprint
from headwater_panel_runs.shown import in_order, show_run, total
from headwater_panel_runs.wanted import parse_place, parse_states, write_place

PAGE = 100


@blueprint.get("/runs/flow-run/<uuid:run_id>/task-runs")
def show_task_runs(run_id: UUID) -> Response:
    workspace, states = current_workspace(), parse_states(request.args)
    before = parse_place(request.args.get("before"))
    with reading() as session:
        run = show_run(get_flow_run_and_parent(session, workspace, run_id))
        counts = count_task_runs_by_state(session, workspace, run_id)
        condition = task_runs_of(workspace, run_id, states)
        if before is not None:
            condition = and_(condition, task_runs_older_than(before))
        rows = list_newest_task_runs(session, condition, PAGE + 1)
    tasks = [show_run(row) for row in rows[:PAGE]]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    older = last and last.expected_start_time and write_place((last.expected_start_time, last.id))
    moment = now()
    return render_live(
        "headwater_panel_runs/task_runs.html",
        "headwater_panel_runs/_task_run_list.html",
        shown=(tasks, older, counts, run.is_live(moment)),
        run=run,
        tasks=tasks,
        counts=in_order(counts),
        total=total(counts),
        older=older,
        query={"state": list(states), "before": before and write_place(before)},
        states=states,
        now=moment,
    )
