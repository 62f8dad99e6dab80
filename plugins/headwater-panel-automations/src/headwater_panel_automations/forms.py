"""The form of the common cases, by which automations are made and changed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import make_response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from headwater.api import NotFoundError, current_workspace, needs, reading
from headwater.api.automations import (
    AutomationCreate,
    AutomationSort,
    InvalidRequestError,
    automations_wanted,
    find_names,
    get_automation,
    list_automations,
    list_choices,
)
from headwater.api.events import get_event
from headwater.api.forms import Wrong
from headwater.api.notifications import current_kinds, list_channels
from headwater.api.pages import parse_id, see
from headwater.api.runs import StateType
from headwater_panel_automations.action_drafts import MOST, TYPES, ActionDraft
from headwater_panel_automations.blueprint import blueprint
from headwater_panel_automations.drafts import Draft
from headwater_panel_automations.json_forms import json_page
from headwater_panel_automations.keeping import keep
from headwater_panel_automations.metric_drafts import METRICS
from headwater_panel_automations.sentences import OPERATORS, STATUSES
from headwater_panel_automations.shown import body_of
from headwater_panel_automations.shown_incidents import SEVERITIES
from headwater_panel_automations.suggestions import suggest
from headwater_panel_automations.trigger_drafts import ABOUT, KINDS, STATES

OFFERED = 300  # of each kind, to choose from
FIRST = ActionDraft("send-notification", dict.fromkeys(TYPES["send-notification"][1], ""))
# What can be chosen whatever there is.
FIXED: dict[str, Any] = {
    "about": ABOUT,
    "kinds": KINDS,
    "states": STATES,
    "statuses": STATUSES,
    "types": TYPES,
    "metrics": METRICS,
    "operators": OPERATORS,
    "state_types": [str(one) for one in StateType],
    "severities": SEVERITIES,
}
_OPTIONS = ("flow", "deployment", "work pool", "work queue", "webhook")


@blueprint.get("/automations/new")
@needs("automations:write")
def show_new_automation() -> Response:
    draft = Draft(actions=[FIRST])
    if event_id := parse_id(request.args.get("event", "")):
        draft = _draft_for(event_id) or draft
    return _page(draft, Wrong())


@blueprint.post("/automations/new")
@needs("automations:write")
def post_new_automation() -> Response:
    return _post(None)


@blueprint.get("/automations/automation/<uuid:automation_id>/edit")
@needs("automations:write")
def show_edit(automation_id: UUID) -> Response:
    draft = Draft.of(_read_body(automation_id))
    if draft is None:
        return see(url_for(".show_edit_json", automation_id=automation_id))
    return _page(draft, Wrong(), automation_id)


@blueprint.post("/automations/automation/<uuid:automation_id>/edit")
@needs("automations:write")
def post_edit(automation_id: UUID) -> Response:
    return _post(automation_id)


def _post(automation_id: UUID | None) -> Response:
    draft = Draft.read(request.form)
    if "json" in request.form:
        kept = _read_body(automation_id) if automation_id else {}
        return json_page(kept | draft.body(), automation_id)
    if "more" in request.form:
        return _page(draft, Wrong(), automation_id, further=2)
    made = draft.check()
    if not isinstance(made, AutomationCreate):
        return _page(draft, made, automation_id)
    try:
        return keep(made, automation_id)
    except InvalidRequestError as error:
        return _page(draft, Wrong.of(error), automation_id)


def _read_body(automation_id: UUID) -> dict[str, Any]:
    with reading() as session:
        return body_of(get_automation(session, current_workspace(), automation_id))


def _draft_for(event_id: UUID) -> Draft | None:
    """Return a draft for events like one, None if that is not in the log."""
    try:
        with reading() as session:
            event = get_event(session, current_workspace(), event_id)
    except NotFoundError:
        return None
    return Draft(trigger=suggest(event), actions=[FIRST])


def _page(
    draft: Draft, wrong: Wrong, automation_id: UUID | None = None, *, further: int = 1
) -> Response:
    workspace = current_workspace()
    with reading() as session:
        options = _read_options(session, workspace, draft)
    rows = min(MOST, max(1, len(draft.actions) + further - 1))
    page = render_template(
        "headwater_panel_automations/form.html",
        draft=draft,
        given=draft.trigger,
        wrong=wrong,
        actions=[*draft.actions, *[None] * (rows - len(draft.actions))],
        automation_id=automation_id,
        options=options,
        **FIXED,
        action=url_for(".post_edit", automation_id=automation_id)
        if automation_id
        else url_for(".post_new_automation"),
    )
    return make_response(page, 422 if wrong else 200)


def _read_options(session: Session, workspace: UUID, draft: Draft) -> dict[str, dict[str, str]]:
    """Return what can be chosen, by kind: names by ids, what is chosen already among them."""
    chosen = _chosen_ids(draft)
    options: dict[str, dict[str, str]] = {}
    for kind in _OPTIONS:
        first = {one.id: one.name for one in list_choices(session, workspace, kind, OFFERED)}
        named = find_names(session, workspace, kind, [one for one in chosen if one not in first])
        options[kind] = {str(one): name for one, name in (first | named).items()}
    condition = automations_wanted(workspace, None, session.get_bind().dialect.name)
    rows = list_automations(session, condition, AutomationSort.NAME_ASC, OFFERED, 0)
    options["automation"] = {str(row.id): row.name for row in rows}
    channels = list_channels(session, workspace, current_kinds())
    options["channel"] = {str(one.id): one.name for one in channels}
    return options


def _chosen_ids(draft: Draft) -> Sequence[UUID]:
    of_trigger = [one for ids in draft.trigger.ids.values() for one in ids]
    of_actions = [
        value
        for action in draft.actions
        for name, value in action.values.items()
        if name.endswith("_id")
    ]
    return [known for one in (*of_trigger, *of_actions) if (known := parse_id(one))]
