"""The trigger that is meant when somebody wants to automate an event."""

from collections.abc import Mapping
from typing import Any

from headwater.api.automations import parse
from headwater.api.events import RESOURCE_ID, RESOURCE_ROLE
from headwater_panel_automations.sentences import RUN, STATUSES
from headwater_panel_automations.trigger_drafts import ABOUT, KINDS, STATES, TriggerDraft


def suggest(event: Mapping[str, Any]) -> TriggerDraft:
    """Return a trigger for more such events: runs of the same flow, the same pool, the resource."""
    name, own = event["event"], parse(event["resource"])[RESOURCE_ID]
    if name.startswith(RUN) and own.startswith(RUN):
        state = name.removeprefix(RUN)
        flows = [
            one[RESOURCE_ID].removeprefix("prefect.flow.")
            for one in parse(event["related"])
            if one.get(RESOURCE_ROLE) == "flow"
        ]
        known = state in STATES
        return TriggerDraft(
            states=[state] if known else [],
            others="" if known else state,
            ids={"run_flow": flows},
        )
    for kind in KINDS:
        begin = ABOUT[kind][1]
        status = name.removeprefix(begin)
        if own.startswith(begin) and name.startswith(begin) and status in STATUSES:
            ids = {kind: [own.removeprefix(begin)]}
            return TriggerDraft(about=kind, states=(), statuses={kind: [status]}, ids=ids)
    return TriggerDraft(about="event", states=(), events=name, resource=own)
