"""The form that takes any automation: its trigger and its actions as JSON."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import make_response, render_template, request, url_for
from pydantic import ValidationError
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from headwater.api import current_workspace, needs, reading
from headwater.api.automations import AutomationCreate, InvalidRequestError, get_automation
from headwater.api.forms import Wrong, read_json, say_fault
from headwater_panel_automations.blueprint import blueprint
from headwater_panel_automations.keeping import keep
from headwater_panel_automations.names import LISTS
from headwater_panel_automations.shown import body_of

BEGIN: dict[str, Any] = {
    "name": "",
    "description": "",
    "tags": [],
    "trigger": {
        "type": "event",
        "posture": "Reactive",
        "expect": ["prefect.flow-run.Failed"],
        "match": {"prefect.resource.id": "prefect.flow-run.*"},
    },
    "actions": [],
    "actions_on_trigger": [],
    "actions_on_resolve": [],
}
FIELDS = {
    "trigger": "Trigger",
    "actions": "Actions",
    "actions_on_trigger": "Actions that get the event of the firing",
    "actions_on_resolve": "Actions once a metric is no longer beyond its threshold",
}


@blueprint.get("/automations/new/json")
@needs("automations:write")
def show_new_json() -> Response:
    return json_page(BEGIN)


@blueprint.post("/automations/new/json")
@needs("automations:write")
def post_new_json() -> Response:
    return _post(None)


@blueprint.get("/automations/automation/<uuid:automation_id>/edit/json")
@needs("automations:write")
def show_edit_json(automation_id: UUID) -> Response:
    with reading() as session:
        row = get_automation(session, current_workspace(), automation_id)
    return json_page(body_of(row), automation_id)


@blueprint.post("/automations/automation/<uuid:automation_id>/edit/json")
@needs("automations:write")
def post_edit_json(automation_id: UUID) -> Response:
    return _post(automation_id)


def json_page(body: Mapping[str, Any], automation_id: UUID | None = None) -> Response:
    """Answer with the form, filled with what an automation is; what is absent is as at first."""
    whole = BEGIN | dict(body)
    given = {
        "name": whole["name"],
        "description": whole["description"],
        "tags": ", ".join(whole["tags"]),
    }
    given |= {name: json.dumps(whole[name], indent=2, ensure_ascii=False) for name in FIELDS}
    return _page(given, Wrong(), automation_id)


def _post(automation_id: UUID | None) -> Response:
    given, wrong = _read(request.form), Wrong()
    made = _check(given)
    if isinstance(made, AutomationCreate):
        try:
            return keep(made, automation_id)
        except InvalidRequestError as error:
            wrong = Wrong.of(error)
    else:
        wrong = made
    return _page(given, wrong, automation_id)


def _read(form: MultiDict[str, str]) -> dict[str, str]:
    names = ("name", "description", "tags", *FIELDS)
    return {name: form.get(name, "").replace("\r\n", "\n").strip() for name in names}


def _check(given: Mapping[str, str]) -> AutomationCreate | Wrong:
    """Return the automation, or what is wrong with it."""
    tags = [tag for one in given["tags"].split(",") if (tag := one.strip())]
    body: dict[str, Any] = {"name": given["name"], "description": given["description"]}
    body["tags"] = tags
    fields = {} if given["name"] else {"name": "Give it a name."}
    for name in FIELDS:
        try:
            body[name] = read_json(given[name] or ("[]" if name in LISTS else "null"))
        except ValueError as error:
            fields[name] = str(error)
    if fields:
        return Wrong(fields)
    try:
        return AutomationCreate.model_validate(body)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False):
            place, said = one["loc"], say_fault(one["msg"], one["loc"][1:])
            known = str(place[0])
            fields[known] = f"{fields[known]}\n{said}" if known in fields else said
        return Wrong(fields)


def _page(given: Mapping[str, str], wrong: Wrong, automation_id: UUID | None) -> Response:
    page = render_template(
        "headwater_panel_automations/json_form.html",
        given=given,
        wrong=wrong,
        fields=FIELDS,
        automation_id=automation_id,
        action=url_for(".post_edit_json", automation_id=automation_id)
        if automation_id
        else url_for(".post_new_json"),
    )
    return make_response(page, 422 if wrong else 200)
