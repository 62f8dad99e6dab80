"""The ledger: what was told, what was not, filtered by its address, the latest first."""

from flask import Response, request

from headwater.api import current_workspace, now, reading, render_live
from headwater.api.notifications import DeliveriesWanted, list_deliveries
from headwater_panel_notifications.blueprint import blueprint
from headwater_panel_notifications.policies import list_titles
from headwater_panel_notifications.shown import STATES, read_channels, show
from headwater_panel_notifications.wanted import WINDOWS, parse_wanted

PAGE = 50


@blueprint.get("/notifications")
def show_ledger() -> Response:
    wanted, moment, channels = parse_wanted(request.args), now(), read_channels()
    asked = DeliveriesWanted(deliveries=wanted.filter(moment), limit=PAGE + 1, offset=wanted.skip)
    with reading() as session:
        found = list_deliveries(session, current_workspace(), asked)
    rows = [show(one, channels) for one in found[:PAGE]]
    return render_live(
        "headwater_panel_notifications/ledger.html",
        "headwater_panel_notifications/_ledger.html",
        shown=(rows, len(found) > PAGE),
        rows=rows,
        older=wanted.skip + PAGE if len(found) > PAGE else None,
        newer=max(0, wanted.skip - PAGE),
        wanted=wanted,
        channels=list(channels.values()),
        policies=list_titles,  # called by the whole page alone
        windows=WINDOWS,
        states=STATES,
    )
