"""Keeps what a form was filled with, and leads to the page of it."""

from uuid import UUID

from flask import url_for
from werkzeug import Response

from headwater.api import add_notice, current_workspace, now, write
from headwater.api.automations import (
    AutomationCreate,
    AutomationUpdate,
    create_automation,
    replace_automation,
)
from headwater.api.pages import see


def keep(made: AutomationCreate, automation_id: UUID | None) -> Response:
    """Create an automation, or replace the one that there is; raise InvalidRequestError."""
    workspace, moment = current_workspace(), now()
    if automation_id is None:
        created = write(lambda session: create_automation(session, workspace, made, now=moment))
        add_notice("The automation is made.")
        return see(url_for(".show_automation", automation_id=created.id))
    sent = {name: getattr(made, name) for name in made.model_fields_set}
    change = AutomationUpdate.model_construct(made.model_fields_set, **sent)
    write(lambda session: replace_automation(session, workspace, automation_id, change, now=moment))
    add_notice("The automation is changed.")
    return see(url_for(".show_automation", automation_id=automation_id))
