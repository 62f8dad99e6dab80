"""The page of one event: what it is about, what came with it, what it follows, what follows it."""

import json
from uuid import UUID

from flask import current_app, render_template

from headwater.api import NotFoundError, current_workspace, reading
from headwater.api.events import get_event, list_followers, parse
from headwater_panel_events.blueprint import blueprint
from headwater_panel_events.shown import show_event_row

LONGEST = 50_000  # characters of a payload that the page shows; the API has all of it
NEW_AUTOMATION = "headwater_panel_automations.show_new_automation"  # if that panel is installed


@blueprint.get("/events/event/<uuid:event_id>")
@blueprint.get("/events/event/<day>/<uuid:event_id>")  # as clients print it
def show_event(event_id: UUID, day: str = "") -> str:
    workspace = current_workspace()
    with reading() as session:
        found = get_event(session, workspace, event_id)
        followers = list_followers(session, workspace, event_id, found["occurred"])
        leader = None
        if found["follows"] is not None:
            try:
                leader = get_event(session, workspace, found["follows"])
            except NotFoundError:
                leader = None  # it came to no log, or went with age
    payload = parse(found["payload"])
    text = json.dumps(payload, indent=2, ensure_ascii=False)
    return render_template(
        "headwater_panel_events/event.html",
        event=show_event_row(found),
        leader=leader and show_event_row(leader),
        followers=[show_event_row(one) for one in followers],
        payload=text[:LONGEST] if payload else "",
        is_cut=len(text) > LONGEST,
        can_automate=NEW_AUTOMATION in current_app.view_functions,
    )
