"""The actions of the form: what was filled in, and the actions that they are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from werkzeug.datastructures import MultiDict

from headwater.api.forms import read_json
from headwater_panel_automations.names import TARGETS

MOST = 20
# By the type of an action: what it is called, and its fields in the form.
TYPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "run-deployment": ("Run a deployment", ("deployment_id", "parameters")),
    "send-notification": ("Tell people over a channel", ("channel_id", "subject", "body")),
    "call-webhook": ("Call a webhook", ("webhook_id", "payload")),
    "cancel-flow-run": ("Cancel the run", ()),
    "suspend-flow-run": ("Suspend the run", ()),
    "resume-flow-run": ("Resume the run", ()),
    "delete-flow-run": ("Delete the run", ()),
    "change-flow-run-state": ("Set the state of the run", ("state", "state_name", "message")),
    "pause-deployment": ("Pause a deployment", ("deployment_id",)),
    "resume-deployment": ("Resume a deployment", ("deployment_id",)),
    "pause-work-pool": ("Pause a work pool", ("work_pool_id",)),
    "resume-work-pool": ("Resume a work pool", ("work_pool_id",)),
    "pause-work-queue": ("Pause a work queue", ("work_queue_id",)),
    "resume-work-queue": ("Resume a work queue", ("work_queue_id",)),
    "pause-automation": ("Pause an automation", ("automation_id",)),
    "resume-automation": ("Resume an automation", ("automation_id",)),
    "declare-incident": ("Declare an incident", ("title", "description", "severity")),
    "do-nothing": ("Do nothing", ()),
}
# Fields of the form that the action calls otherwise.
WIRE = {"channel_id": "block_document_id", "webhook_id": "block_document_id", "state_name": "name"}
# What the schemas take where nothing is said: the clients' own server has that subject.
USUAL = {
    "subject": "Prefect automated notification",
    "title": "{{ automation.name }}",
    "severity": "major",
}
TEXTS = ("body", "payload", "description")  # that may be empty


@dataclass(frozen=True)
class ActionDraft:
    """One action as the form holds it. A target that is empty is the one that the event is
    about."""

    type: str
    values: Mapping[str, str]

    @classmethod
    def read_all(cls, form: MultiDict[str, str]) -> list[Self]:
        """Return the actions that a form was sent with; those without a type are none."""
        found = []
        for number in range(MOST):
            kind = form.get(f"action-{number}-type", "")
            if kind in TYPES:
                names = TYPES[kind][1]
                values = {name: form.get(f"action-{number}-{name}", "") for name in names}
                found.append(cls(kind, {name: _clean(value) for name, value in values.items()}))
        return found

    @classmethod
    def of(cls, action: Mapping[str, Any]) -> Self | None:
        """Return what an action is in the form, None for one that the form has no fields for."""
        kind = str(action.get("type", ""))
        if kind not in TYPES:
            return None
        values = {}
        for name in TYPES[kind][1]:
            value = action.get(WIRE.get(name, name))
            if name == "parameters":
                value = json.dumps(value, indent=2, ensure_ascii=False) if value else ""
            values[name] = "" if value is None else str(value)
        draft = cls(kind, values)
        made = draft.body()
        further = {name: value for name, value in action.items() if name not in made}
        # What the form does not show is as it is where nothing is said of it.
        if any(value not in (None, False, 0.0) for value in further.values()):
            return None
        whole = all(action.get(name) == value for name, value in made.items())
        return draft if whole and not draft.find_faults() else None

    def body(self) -> dict[str, Any]:
        """Return the action as its schema takes it; parameters that are no JSON are left out."""
        body: dict[str, Any] = {"type": self.type}
        for name, value in self.values.items():
            if name in TARGETS:
                body["source"] = "selected" if value else "inferred"
                body[name] = value or None
            elif name == "parameters":
                body[name] = _read_object(value)
            elif name in USUAL:
                body[name] = value or USUAL[name]
            else:
                body[WIRE.get(name, name)] = value if value or name in TEXTS else None
        return body

    def find_faults(self) -> dict[str, str]:
        """Return what is wrong by field, as far as the form alone knows how to say it."""
        found = {}
        for name, word in (
            ("channel_id", "a channel"),
            ("webhook_id", "a webhook"),
            ("state", "a state"),
        ):
            if name in self.values and not self.values[name]:
                found[name] = f"Choose {word}."
        if self.type == "send-notification" and not self.values["body"]:
            found["body"] = "Say what people are told."
        if self.values.get("parameters") and _read_object(self.values["parameters"]) is None:
            found["parameters"] = 'Give an object, as JSON: {"name": "value"}.'
        return found


def _clean(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


def _read_object(text: str) -> dict[str, Any] | None:
    try:
        value = read_json(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
