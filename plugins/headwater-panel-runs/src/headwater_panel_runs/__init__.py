"""Shows what runs do: cards for the start page, the list of runs, and each run's own page."""

from flask import Blueprint, Response, make_response

from headwater.api import NavigationEntry, Panel, hookimpl

headwater_api = ">=1.0,<2"

blueprint = Blueprint("headwater_panel_runs", __name__, template_folder="templates")


@blueprint.get("/runs")
def show_runs() -> Response:
    return make_response("No runs yet")


@hookimpl
def headwater_panels() -> list[Panel]:
    return [Panel("runs", blueprint, NavigationEntry("Runs", "show_runs"), right="runs:read")]
