"""The blueprint that all views of this panel belong to."""

from flask import Blueprint

from headwater_panel_runs.log_text import plain, render_text

blueprint = Blueprint(
    "headwater_panel_runs",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/runs/static",
)
blueprint.add_app_template_filter(render_text, "run_text")
blueprint.add_app_template_filter(plain, "run_plain")
