"""An automation in the form of the common cases, and what is wrong with one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from headwater.api.automations import AutomationCreate
from headwater.api.forms import Wrong, say_fault
from headwater_panel_automations.action_drafts import WIRE, ActionDraft
from headwater_panel_automations.trigger_drafts import TriggerDraft

_OF_TRIGGER = {"expect": "events", "after": "events_after", "match": "resource"}
_OF_TRIGGER |= {"match_related": "related", "within": "within", "threshold": "threshold"}


@dataclass(frozen=True)
class Draft:
    name: str = ""
    description: str = ""
    trigger: TriggerDraft = field(default_factory=TriggerDraft)
    actions: Sequence[ActionDraft] = ()

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> Self:
        return cls(
            name=form.get("name", "").strip(),
            description=form.get("description", "").replace("\r\n", "\n").strip(),
            trigger=TriggerDraft.read(form),
            actions=ActionDraft.read_all(form),
        )

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self | None:
        """Return what an automation is in the form, None for one that it has no fields for."""
        trigger = TriggerDraft.of(body["trigger"])
        actions = [ActionDraft.of(action) for action in body["actions"]]
        known = [action for action in actions if action is not None]
        others = body["actions_on_trigger"] or body["actions_on_resolve"]
        if trigger is None or others or not known or len(known) < len(actions):
            return None
        return cls(body["name"], body["description"], trigger, known)

    def body(self) -> dict[str, Any]:
        """Return the automation as its schema takes it."""
        return {
            "name": self.name,
            "description": self.description,
            "trigger": self.trigger.body(),
            "actions": [action.body() for action in self.actions],
        }

    def check(self) -> AutomationCreate | Wrong:
        """Return the automation, or what is wrong with it."""
        fields = self.trigger.find_faults()
        faulty = bool(fields)
        if not self.name:
            fields["name"] = "Give it a name."
        for number, action in enumerate(self.actions):
            faults = action.find_faults()
            fields |= {f"action-{number}-{name}": said for name, said in faults.items()}
        others = [] if self.actions else ["Choose an action: else nothing comes of it."]
        try:
            made = AutomationCreate.model_validate(self.body())
        except ValidationError as error:
            for one in error.errors(include_url=False, include_input=False):
                place = self._locate(one["loc"])
                if place in fields or (faulty and one["loc"][0] == "trigger"):
                    continue
                if place is None:
                    others.append(say_fault(one["msg"], one["loc"]))
                else:
                    fields[place] = say_fault(one["msg"])
            return Wrong(fields, others)
        return Wrong(fields, others) if fields or others else made

    def _locate(self, place: Sequence[Any]) -> str | None:
        """Return the field of a fault that the schema finds there; None for one of no field."""
        if place[:1] == ("actions",) and len(place) > 1 and int(place[1]) < len(self.actions):
            action = self.actions[int(place[1])]
            for name in action.values:
                if WIRE.get(name, name) in place[2:]:
                    return f"action-{place[1]}-{name}"
            return f"action-{place[1]}-type"
        if place[:1] == ("trigger",):
            return next((_OF_TRIGGER[one] for one in place[1:] if one in _OF_TRIGGER), None)
        return str(place[0]) if place and place[0] in ("name", "description") else None
