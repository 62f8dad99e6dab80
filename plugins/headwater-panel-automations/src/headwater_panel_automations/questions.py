"""The pages that answer what people ask of one automation: why it fired or did not, and what it
would have done."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import render_template, request
from pydantic import ValidationError

from headwater.api import NotFoundError, current_workspace, needs, now, reading
from headwater.api.automations import (
    EventExplained,
    Rehearsed,
    Why,
    WhyWanted,
    explain_firing,
    replay_automation,
)
from headwater_panel_automations.automation_page import read_automation
from headwater_panel_automations.blueprint import blueprint
from headwater_panel_automations.shown import HOURS, KINDS, ShownFiring, event_page, show_firing

_BEGINS = {"flow_run_id": "prefect.flow-run.", "event_id": "prefect.event.", "resource_id": ""}


@dataclass(frozen=True)
class ShownEvent:
    of: EventExplained
    url: str | None
    firing: ShownFiring | None


@blueprint.get("/automations/automation/<uuid:automation_id>/why")
@needs("automations:read")
def show_why(automation_id: UUID) -> str:
    automation = read_automation(automation_id)
    kind, about = _read_kind(), request.args.get("about", "").strip()
    found, wrong = _explain(automation_id, kind, about, _read_hours())
    return render_template(
        "headwater_panel_automations/why.html",
        automation=automation,
        kinds=KINDS,
        kind=kind,
        about=about,
        wrong=wrong,
        found=found,
        events=[_show(one) for one in reversed(found.events)] if found else [],
    )


@blueprint.get("/automations/automation/<uuid:automation_id>/replay")
@needs("automations:read")
def show_replay(automation_id: UUID) -> str:
    automation = read_automation(automation_id)
    workspace, moment, hours = current_workspace(), now(), _read_hours()
    since = moment - timedelta(hours=hours)
    with reading() as session:
        found = replay_automation(session, workspace, automation_id, since, now=moment)
    return render_template(
        "headwater_panel_automations/replay.html",
        automation=automation,
        hours=hours,
        all_hours=HOURS,
        found=found,
        firings=[(one, _page_of(one)) for one in reversed(found.firings)],
    )


def _explain(
    automation_id: UUID, kind: str, about: str, hours: int
) -> tuple[Why | None, str | None]:
    """Return the answer, or what is wrong with the question; neither if none was asked."""
    if not about:
        return None, None
    about = about.removeprefix(_BEGINS[kind])
    try:
        wanted = WhyWanted.model_validate({kind: about, "hours": hours})
        with reading() as session:
            return (
                explain_firing(session, current_workspace(), automation_id, wanted, now=now()),
                None,
            )
    except ValidationError:
        return None, "This is not such an id. The page of a run or an event has it."
    except NotFoundError:
        return None, "There is no such event: it never came, or was removed as too old."


def _show(one: EventExplained) -> ShownEvent:
    firing = show_firing(one.firing) if one.firing else None
    return ShownEvent(one, event_page(one.event.id), firing)


def _page_of(one: Rehearsed) -> str | None:
    return event_page(one.triggering_event.id) if one.triggering_event else None


def _read_kind() -> str:
    kind = request.args.get("kind", "")
    return kind if kind in KINDS else "flow_run_id"


def _read_hours() -> int:
    hours = request.args.get("hours", "")
    return int(hours) if hours in map(str, HOURS) else 24
