"""The trigger of the form: what was filled in, and the trigger that it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from werkzeug.datastructures import MultiDict

from headwater.api.events import RESOURCE_ID, RESOURCE_ROLE
from headwater.api.pages import read_length, write_length
from headwater_panel_automations.metric_drafts import MetricDraft
from headwater_panel_automations.sentences import ANY_RUN, RUN, STATUSES, values_of

# What people wait for most. Any other name can be written beside them.
STATES = (
    "Failed",
    "Crashed",
    "TimedOut",
    "Cancelled",
    "Late",
    "AwaitingRetry",
    "Paused",
    "Completed",
    "Running",
    "Pending",
)
# What a trigger may be about: by the value in the form, the title and how ids and events begin.
ABOUT = {
    "run": ("The state of a run", RUN),
    "pool": ("The status of a work pool", "prefect.work-pool."),
    "queue": ("The status of a work queue", "prefect.work-queue."),
    "deployment": ("The status of a deployment", "prefect.deployment."),
    "event": ("Any event", ""),
    "metric": ("A metric of runs", ""),
}
KINDS = {"pool": "work pool", "queue": "work queue", "deployment": "deployment"}
# Of a run: by the field of the form, the role of what it is related to and how its ids begin.
RELATED = {
    "run_flow": ("flow", "prefect.flow."),
    "run_deployment": ("deployment", "prefect.deployment."),
    "run_tag": ("tag", "prefect.tag."),
}
MOST_TIMES = 2**31 - 1


@dataclass(frozen=True)
class TriggerDraft:
    """What the form holds. *others* are states without a box of their own; *ids* are by field:
    those of RELATED and of KINDS."""

    about: str = "run"
    states: Sequence[str] = ("Failed", "Crashed")
    others: str = ""
    statuses: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by KINDS
    ids: Mapping[str, Sequence[str]] = field(default_factory=dict)
    events: str = ""
    after: str = ""
    resource: str = ""
    related: str = ""
    each: bool = False  # each resource counts by itself
    waits: bool = False  # for what stays, or does not come
    threshold: str = "1"
    within: str = ""
    metric: MetricDraft = field(default_factory=MetricDraft)

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> Self:
        ids = {name: form.getlist(name) for name in (*RELATED, *KINDS) if name != "run_tag"}
        ids["run_tag"] = split(form.get("run_tag", ""))
        about = form.get("about", "run")
        return cls(
            about=about if about in ABOUT else "run",
            states=[one for one in STATES if one in form.getlist("state")],
            others=form.get("others", "").strip(),
            statuses={
                kind: [one for one in STATUSES if one in form.getlist(f"{kind}_status")]
                for kind in KINDS
            },
            ids=ids,
            events=form.get("events", "").strip(),
            after=form.get("events_after", "").strip(),
            resource=form.get("resource", "").strip(),
            related=form.get("related", "").strip(),
            each="each" in form,
            waits=form.get("posture") == "Proactive",
            threshold=form.get("threshold", "").strip(),
            within=form.get("within", "").strip(),
            metric=MetricDraft.read(form),
        )

    @classmethod
    def of(cls, trigger: Mapping[str, Any]) -> Self | None:
        """Return what a trigger is in the form, None for one that the form has no fields for."""
        if trigger.get("type") == "metric":
            ids = _ids_of_related(trigger["match_related"])
            metric = cls(about="metric", ids=ids, metric=MetricDraft.of(trigger["metric"]))
            return metric if metric._is(trigger) else None
        if trigger.get("type") != "event":
            return None
        waits = trigger["posture"] == "Proactive"
        length = write_length(trigger["within"]) if trigger["within"] else ""
        common: dict[str, Any] = {
            "waits": waits,
            "threshold": str(trigger["threshold"]),
            "within": length,
        }
        for read in (_of_run, _of_status, _of_events):
            found = read(trigger)
            draft = None if found is None else cls(**common | found)
            if draft and draft._is(trigger):
                return draft
        return None

    def body(self) -> dict[str, Any]:
        """Return the trigger as its schema takes it; a length that is none is left out."""
        if self.about == "metric":
            return {"type": "metric", **self._runs(), "metric": self.metric.body()}
        body: dict[str, Any] = {
            "type": "event",
            "posture": "Proactive" if self.waits else "Reactive",
            "match": {},
            "match_related": {},
            "after": [],
            "for_each": [],
            "threshold": self._count(),
            "within": self._seconds() or 0.0,
        }
        if self.about == "run":
            return body | self._run_body()
        if self.about == "event":
            return body | self._events_body()
        return body | self._status_body()

    def find_faults(self) -> dict[str, str]:
        """Return what is wrong by field, as far as the form alone knows how to say it."""
        if self.about == "metric":
            return self.metric.find_faults()
        found = {}
        if self.within and self._seconds() is None:
            found["within"] = f"\u201c{self.within}\u201d is no length of time: 30s, 5m, 4h or 1d."
        elif self.waits and (self._seconds() or 0) < 10:
            found["within"] = "Say how long: 10s at least."
        if not self.waits and self._typed_count() is None:
            found["threshold"] = "Say how many times: 1 or more."
        if self.about == "run" and self.waits and not self._state_names():
            found["state"] = "Choose a state."
        if self.about in KINDS:
            chosen = self.statuses.get(self.about, ())
            if not chosen:
                found[f"{self.about}_status"] = "Choose a status."
            elif self.waits and len(chosen) == len(STATUSES):
                found[f"{self.about}_status"] = "One that stays so is in some of them, not in all."
        if self.about == "event" and not self.events:
            found["events"] = "Say which events; a * stands for the rest of a name."
        return found

    def _is(self, trigger: Mapping[str, Any]) -> bool:
        return _same(self.body(), trigger) and not self.find_faults()

    def _count(self) -> int:
        return 1 if self.waits else self._typed_count() or 1

    def _typed_count(self) -> int | None:
        """Return how many times were typed, None for no number that a trigger takes."""
        if not self.threshold.isdecimal() or len(self.threshold) > len(str(MOST_TIMES)):
            return None
        count = int(self.threshold)
        return count if 0 < count <= MOST_TIMES else None

    def _seconds(self) -> float | None:
        """Return the length that was typed; a number alone is of seconds."""
        bare = self.within[-1:].isdecimal()
        return read_length(f"{self.within}s" if bare else self.within)

    def _state_names(self) -> list[str]:
        return [*self.states, *split(self.others)]

    def _run_body(self) -> dict[str, Any]:
        named = [f"{RUN}{state}" for state in self._state_names()] or [ANY_RUN]
        return self._runs() | self._timing(named, [ANY_RUN])

    def _runs(self) -> dict[str, Any]:
        """Return which runs are meant."""
        specs = [
            {
                RESOURCE_ROLE: role,
                RESOURCE_ID: _one_or_all([f"{begin}{one}" for one in self.ids[name]]),
            }
            for name, (role, begin) in RELATED.items()
            if self.ids.get(name)
        ]
        related = _one_or_all(specs) if specs else {}
        return {"match": {RESOURCE_ID: ANY_RUN}, "match_related": related}

    def _status_body(self) -> dict[str, Any]:
        begin, chosen = ABOUT[self.about][1], self.statuses.get(self.about, ())
        others = [f"{begin}{one}" for one in STATUSES if one not in chosen]
        ids = [f"{begin}{one}" for one in self.ids.get(self.about, ())] or [f"{begin}*"]
        named = [f"{begin}{one}" for one in chosen]
        return {"match": {RESOURCE_ID: _one_or_all(ids)}} | self._timing(named, others)

    def _timing(self, named: list[str], ends: list[str]) -> dict[str, Any]:
        """Return the events: those named, and with one that waits those that *ends* it."""
        each = [RESOURCE_ID] if self.waits or self._count() == 1 else []
        if self.waits:
            return {"after": named, "expect": ends, "for_each": each}
        return {"expect": named, "for_each": each}

    def _events_body(self) -> dict[str, Any]:
        resource, related = split(self.resource), split(self.related)
        return {
            "match": {RESOURCE_ID: _one_or_all(resource)} if resource else {},
            "match_related": {RESOURCE_ID: _one_or_all(related)} if related else {},
            "after": split(self.after),
            "expect": split(self.events),
            "for_each": [RESOURCE_ID] if self.each else [],
        }


def split(text: str) -> list[str]:
    return [part for one in text.replace("\n", ",").split(",") if (part := one.strip())]


def _of_run(trigger: Mapping[str, Any]) -> dict[str, Any] | None:
    named = trigger["after"] if trigger["posture"] == "Proactive" else trigger["expect"]
    if values_of(trigger["match"].get(RESOURCE_ID, [])) != [ANY_RUN]:
        return None
    states = [one.removeprefix(RUN) for one in named if one != ANY_RUN]
    return {
        "about": "run",
        "states": [one for one in STATES if one in states],
        "others": ", ".join(sorted(set(states) - set(STATES))),
        "ids": _ids_of_related(trigger["match_related"]),
    }


def _ids_of_related(match_related: Any) -> dict[str, list[str]]:
    specs = match_related if isinstance(match_related, list) else [match_related]
    ids = {}
    for spec in specs:
        for name, (role, begin) in RELATED.items():
            if spec.get(RESOURCE_ROLE) == role:
                ids[name] = [
                    one.removeprefix(begin) for one in values_of(spec.get(RESOURCE_ID, []))
                ]
    return ids


def _of_status(trigger: Mapping[str, Any]) -> dict[str, Any] | None:
    named = trigger["after"] if trigger["posture"] == "Proactive" else trigger["expect"]
    ids = values_of(trigger["match"].get(RESOURCE_ID, []))
    for kind in KINDS:
        begin = ABOUT[kind][1]
        if ids and all(one.startswith(begin) for one in (*ids, *named)):
            chosen = [one.removeprefix(begin) for one in named]
            own = [one.removeprefix(begin) for one in ids if one != f"{begin}*"]
            return {"about": kind, "statuses": {kind: chosen}, "ids": {kind: own}}
    return None


def _of_events(trigger: Mapping[str, Any]) -> dict[str, Any] | None:
    related = trigger["match_related"]
    if isinstance(related, list):
        return None
    return {
        "about": "event",
        "events": ", ".join(trigger["expect"]),
        "after": ", ".join(trigger["after"]),
        "resource": ", ".join(values_of(trigger["match"].get(RESOURCE_ID, []))),
        "related": ", ".join(values_of(related.get(RESOURCE_ID, []))),
        "each": trigger["for_each"] == [RESOURCE_ID],
    }


def _same(made: Mapping[str, Any], kept: Mapping[str, Any]) -> bool:
    return all(_plain(value) == _plain(kept[name]) for name, value in made.items())


def _plain(value: Any) -> Any:
    """Return a part of a trigger without what makes no difference: order, and lists of one."""
    if isinstance(value, list):
        plain = [_plain(one) for one in value]
        return plain[0] if len(plain) == 1 else sorted(plain, key=repr)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
