"""The page that has all dead deliveries of a filter sent again."""

from dataclasses import replace

from flask import render_template, request, url_for
from werkzeug import Response

from headwater.api import add_notice, current_workspace, needs, now, reading, write
from headwater.api.notifications import (
    DeliveriesWanted,
    ResendWanted,
    list_deliveries,
    resend_deliveries,
)
from headwater.api.pages import see
from headwater_panel_notifications.blueprint import blueprint
from headwater_panel_notifications.shown import GIVEN_UP, read_channels, show
from headwater_panel_notifications.wanted import WantedDeliveries, parse_wanted

LISTED = 20
MOST_BATCHES = 50  # in one request: 10,000 deliveries; who has more presses again


@blueprint.get("/notifications/resend")
@needs("notifications:write")
def show_resend_many() -> str:
    wanted, channels = _wanted(), read_channels()
    asked = DeliveriesWanted(deliveries=wanted.filter(now()), limit=200)
    with reading() as session:
        found = list_deliveries(session, current_workspace(), asked)
    return render_template(
        "headwater_panel_notifications/resend.html",
        wanted=wanted,
        rows=[show(one, channels) for one in found[:LISTED]],
        count=len(found),
        many=len(found) == 200,
        channel=channels.get(wanted.channel) if wanted.channel else None,
    )


@blueprint.post("/notifications/resend")
@needs("notifications:write")
def post_resend_many() -> Response:
    workspace, moment, wanted = current_workspace(), now(), _wanted()
    asked = ResendWanted(deliveries=wanted.filter(moment), until=moment)
    count, more, batches = 0, True, 0
    while more and batches < MOST_BATCHES:
        done = write(lambda session: resend_deliveries(session, workspace, asked, now=moment))
        count, more, batches = count + done.resent, done.more, batches + 1
    if count:
        rest = " There are more: send those again, too." if more else ""
        add_notice(f"{count} {'is' if count == 1 else 'are'} sent again.{rest}")
    else:
        add_notice("Nothing was sent again: no dead ones are left.", went_well=False)
    return see(url_for(".show_ledger", **replace(wanted, states=()).query()))


def _wanted() -> WantedDeliveries:
    return replace(parse_wanted(request.args), states=GIVEN_UP, skip=0)
