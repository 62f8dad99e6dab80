"""The page of one delivery: where it goes, each attempt and what the service said."""

from uuid import UUID

from flask import Response, request, url_for
from werkzeug import Response as Redirect

from headwater.api import (
    add_notice,
    current_workspace,
    find_page,
    needs,
    now,
    reading,
    render_live,
    write,
)
from headwater.api.notifications import ConflictError, get_delivery, resend_delivery
from headwater.api.pages import see
from headwater_panel_notifications.blueprint import blueprint
from headwater_panel_notifications.shown import AGAIN, read_channels, show


@blueprint.get("/notifications/delivery/<uuid:delivery_id>")
@needs("notifications:write")  # what a service answered is for those who may change its address
def show_delivery(delivery_id: UUID) -> Response:
    with reading() as session:
        found = get_delivery(session, current_workspace(), delivery_id)
    return render_live(
        "headwater_panel_notifications/delivery.html",
        "headwater_panel_notifications/_delivery.html",
        shown=found,
        delivery=show(found, read_channels()),
        tries=list(reversed(found.tries)),
        again=AGAIN,
        run_url=find_page(f"prefect.flow-run.{found.flow_run_id}"),
        now=now(),
    )


@blueprint.post("/notifications/delivery/<uuid:delivery_id>/resend")
@needs("notifications:write")
def post_resend(delivery_id: UUID) -> Redirect:
    workspace, moment = current_workspace(), now()
    everyone = "everyone" in request.form
    try:
        write(
            lambda session: resend_delivery(
                session, workspace, delivery_id, everyone=everyone, now=moment
            )
        )
    except ConflictError as error:
        add_notice(str(error), went_well=False)
    else:
        add_notice("It is sent again, now and by a new schedule.")
    return see(url_for(".show_delivery", delivery_id=delivery_id))
