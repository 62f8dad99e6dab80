"""The blueprint that all views of this panel belong to."""

from flask import Blueprint, make_response, redirect
from werkzeug import Response

blueprint = Blueprint(
    "headwater_panel_automations",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/automations/static",
)


def see(url: str) -> Response:
    return make_response(redirect(url, 303))
