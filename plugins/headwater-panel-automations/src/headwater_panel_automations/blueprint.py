"""The blueprint that all views of this panel belong to."""

from flask import Blueprint

blueprint = Blueprint(
    "headwater_panel_automations",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/automations/static",
)
