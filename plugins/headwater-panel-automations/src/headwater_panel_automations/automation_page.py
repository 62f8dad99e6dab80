"""The page of one automation: what it says, what it did; it is switched and deleted there."""

import json
from uuid import UUID

from flask import Response, render_template, url_for
from werkzeug import Response as Redirect

from headwater.api import add_notice, current_workspace, needs, now, reading, render_live, write
from headwater.api.automations import (
    AutomationPartialUpdate,
    InvalidRequestError,
    delete_automation,
    get_automation,
    switch_automation,
)
from headwater.api.forms import say_fault
from headwater.api.pages import see
from headwater_panel_automations.blueprint import blueprint
from headwater_panel_automations.names import LISTS
from headwater_panel_automations.sentences import measures
from headwater_panel_automations.shown import (
    HOURS,
    KINDS,
    ShownAutomation,
    body_of,
    show_automations,
    show_firings,
)

PLACE = "/automations/automation/<uuid:automation_id>"


@blueprint.get(PLACE)
def show_automation(automation_id: UUID) -> Response:
    workspace = current_workspace()
    with reading() as session:
        row = get_automation(session, workspace, automation_id)
        (automation,) = show_automations(session, workspace, [row])
        firings = show_firings(session, workspace, automation_id)
    body = body_of(row)
    return render_live(
        "headwater_panel_automations/automation.html",
        "headwater_panel_automations/_automation.html",
        shown=(automation, firings),
        automation=automation,
        firings=firings,
        kinds=KINDS,
        all_hours=HOURS,
        hours=24,
        measures=measures(body["trigger"]),
        trigger=json.dumps(body["trigger"], indent=2, ensure_ascii=False),
        actions={
            name: json.dumps(body[name], indent=2, ensure_ascii=False)
            for name in LISTS
            if body[name]
        },
    )


@blueprint.post(f"{PLACE}/enable", defaults={"enabled": True})
@blueprint.post(f"{PLACE}/disable", defaults={"enabled": False})
@needs("automations:write")
def post_switch(automation_id: UUID, *, enabled: bool) -> Redirect:
    workspace, moment = current_workspace(), now()
    change = AutomationPartialUpdate(enabled=enabled)
    try:
        write(
            lambda session: switch_automation(session, workspace, automation_id, change, now=moment)
        )
    except InvalidRequestError as error:
        said = " ".join(say_fault(one["msg"]) for one in error.details)
        add_notice(said, went_well=False)
    else:
        add_notice(
            "The automation is on." if enabled else "The automation is off: it does nothing."
        )
    return see(url_for(".show_automation", automation_id=automation_id))


@blueprint.get(f"{PLACE}/delete")
@needs("automations:write")
def show_delete(automation_id: UUID) -> str:
    automation = read_automation(automation_id)
    return render_template("headwater_panel_automations/delete.html", automation=automation)


@blueprint.post(f"{PLACE}/delete")
@needs("automations:write")
def post_delete(automation_id: UUID) -> Redirect:
    workspace, moment = current_workspace(), now()
    write(lambda session: delete_automation(session, workspace, automation_id, now=moment))
    add_notice("The automation is deleted.")
    return see(url_for(".show_automations"))


def read_automation(automation_id: UUID) -> ShownAutomation:
    workspace = current_workspace()
    with reading() as session:
        row = get_automation(session, workspace, automation_id)
        return show_automations(session, workspace, [row])[0]
