"""What templates see of an automation, its firing and the event, under the clients' names."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headwater.events.schemas import RESOURCE_ID, RESOURCE_ROLE


class View(dict[str, Any]):
    """An object of the wire; its kind is as in ids of resources: `flow-run`."""

    def __init__(self, kind: str, fields: Mapping[str, Any]) -> None:
        super().__init__(fields)
        self.resource_kind = kind


class Labels:
    """Labels as a tree of attributes: `labels.prefect.resource.id`."""

    def __init__(self, labels: Mapping[str, str], own: str = "") -> None:
        self._labels = dict(labels)
        self._own = own
        values: dict[str, str] = {}
        within: dict[str, dict[str, str]] = defaultdict(dict)
        for name, value in labels.items():
            head, dot, rest = name.partition(".")
            if dot:
                within[head][rest] = value
            else:
                values[head] = value
        self._parts = {
            head: Labels(within.get(head, {}), values.get(head, "")) for head in {*values, *within}
        }

    def __getattr__(self, name: str) -> "Labels":
        if name.startswith("_") or name not in self._parts:
            raise AttributeError(name)
        return self._parts[name]

    def __getitem__(self, name: str) -> str:
        return self._labels[name]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._labels.items())

    def __len__(self) -> int:
        return len(self._labels)

    def __bool__(self) -> bool:
        return bool(self._own or self._labels)

    def __str__(self) -> str:
        return self._own


class Resource(dict[str, str]):
    """The labels of a resource, and the more usual of them as attributes."""

    @property
    def id(self) -> str:
        return self[RESOURCE_ID]

    @property
    def name(self) -> str | None:
        return self.get("prefect.resource.name")

    @property
    def role(self) -> str | None:
        return self.get(RESOURCE_ROLE)

    @property
    def labels(self) -> Labels:
        return Labels(self)


@dataclass(frozen=True)
class Occasion:
    """What one action may tell of: the automation and the firing as the wire has them, and the
    event that it is about."""

    automation: Mapping[str, Any]
    firing: Mapping[str, Any]
    event: Mapping[str, Any] | None


def context_of(occasion: Occasion) -> dict[str, Any]:
    """Return what every template may name."""
    firings = [view_firing(one) for one in descend(occasion.firing)]
    return {
        "automation": _view_automation(occasion.automation),
        "event": None if occasion.event is None else view_event(occasion.event),
        "labels": Labels(occasion.firing.get("triggering_labels") or {}),
        "firing": firings[0],
        "firings": firings,
        "events": [one["triggering_event"] for one in firings if one["triggering_event"]],
    }


def descend(firing: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a firing and all those within it."""
    yield firing
    for child in firing.get("triggering_firings") or ():
        yield from descend(child)


def _view_automation(automation: Mapping[str, Any]) -> View:
    times = {name: _time(automation.get(name)) for name in ("created", "updated")}
    return View("automation", {**automation, **times})


def view_firing(firing: Mapping[str, Any]) -> View:
    event = firing.get("triggering_event")
    seen = {"triggered": _time(firing["triggered"])}
    seen["triggering_event"] = None if event is None else view_event(event)
    return View("firing", {**firing, **seen})


def view_event(event: Mapping[str, Any]) -> View:
    resource = Resource(event["resource"])
    related = [Resource(one) for one in event.get("related") or ()]
    in_roles: dict[str, list[Resource]] = defaultdict(list)
    for one in related:
        in_roles[one.role or ""].append(one)
    seen = {
        "occurred": _time(event["occurred"]),
        "received": _time(event.get("received")),
        "resource": resource,
        "related": related,
        "involved_resources": [resource, *related],
        "resource_in_role": {role: found[0] for role, found in in_roles.items()},
        "resources_in_role": dict(in_roles),
    }
    return View("event", {**event, **seen})


def _time(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
