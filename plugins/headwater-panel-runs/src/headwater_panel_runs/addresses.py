"""The addresses that 2.x clients print. Those that 3.x clients print are the pages' own."""

from uuid import UUID

from flask import url_for
from werkzeug import Response

from headwater.api.pages import see
from headwater_panel_runs.blueprint import blueprint


@blueprint.get("/flow-runs")
def redirect_runs() -> Response:
    return see(url_for(".show_runs"))


@blueprint.get("/flow-runs/flow-run/<uuid:run_id>")
def redirect_flow_run(run_id: UUID) -> Response:
    return see(url_for(".show_flow_run", run_id=run_id))


@blueprint.get("/flow-runs/task-run/<uuid:run_id>")
def redirect_task_run(run_id: UUID) -> Response:
    return see(url_for(".show_task_run", run_id=run_id))
