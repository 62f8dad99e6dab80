"""The automations, each as a sentence, with a switch; when each fired last."""

from flask import Response, request

from headwater.api import current_workspace, reading, render_live
from headwater.api.automations import AutomationSort, automations_wanted, list_automations
from headwater_panel_automations import shown
from headwater_panel_automations.blueprint import blueprint

PAGE = 50
FURTHEST = 10_000  # automations before a page


@blueprint.get("/automations")
def show_automations() -> Response:
    workspace, skip = current_workspace(), _parse_skip(request.args.get("skip", ""))
    with reading() as session:
        condition = automations_wanted(workspace, None, session.get_bind().dialect.name)
        rows = list_automations(session, condition, AutomationSort.NAME_ASC, PAGE + 1, skip)
        automations = shown.show_automations(session, workspace, rows[:PAGE])
    more = len(rows) > PAGE
    return render_live(
        "headwater_panel_automations/automations.html",
        "headwater_panel_automations/_automations.html",
        shown=(automations, more),
        automations=automations,
        skip=skip,
        earlier=max(0, skip - PAGE),
        later=skip + PAGE if more else None,
    )


def _parse_skip(text: str) -> int:
    return min(int(text[:9]), FURTHEST) if text.isascii() and text.isdigit() else 0
