"""Which events a trigger means, and which of its windows they fall into."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

from headwater.automations.schemas.triggers import EventTrigger, MetricTrigger
from headwater.events.schemas import RESOURCE_ROLE

Resource = Mapping[str, str]
Labels = Mapping[str, str | list[str]]
RELATED = "related:"  # begins a label of `for_each` that is one of a related resource
_FOR_A_NAME = str.maketrans({"[": "[[]", "?": "[?]", "*": "?*"})


@dataclass(frozen=True)
class Lacking:
    """Labels that a trigger wants of an event, or of what is *related* to it, and that are not
    there; *was* is what the event has in place of one."""

    wanted: Labels
    related: bool
    was: str | None = None


def compile_names(names: Iterable[str]) -> re.Pattern[str]:
    """Return what matches a name of an event. A star in *names* is one character at least, all
    else stands for itself."""
    # Not by `.+` for each star: a dozen of those take for ever to find out that nothing fits.
    return re.compile("|".join(translate(name.translate(_FOR_A_NAME)) for name in names) or r"(?!)")


def find_lacking(
    trigger: EventTrigger | MetricTrigger, resource: Resource, related: Sequence[Resource]
) -> Lacking | None:
    """Return what the resources of an event lack of what a trigger means, whatever its name is."""
    for name, forms in trigger.match.items():
        if not _is_one_of(forms, resource.get(name)):
            return Lacking({name: forms}, related=False, was=resource.get(name))
    asked = trigger.match_related
    for labels in asked if isinstance(asked, list) else [asked]:
        if labels and not any(_has_labels(labels, one) for one in related):
            return Lacking(labels, related=True)
    return None


def list_labels(trigger: EventTrigger) -> list[str]:
    """Return the labels of `for_each` in the order of their values in a key."""
    return sorted(set(trigger.for_each))


def key_of(
    trigger: EventTrigger, resource: Resource, related: Sequence[Resource]
) -> tuple[str, ...]:
    """Return what events have to have alike to be counted together."""
    return tuple(_find_label(label, resource, related) for label in list_labels(trigger))


def _find_label(label: str, resource: Resource, related: Sequence[Resource]) -> str:
    if label.startswith(RELATED) and label.count(":") > 1:
        _, role, name = label.split(":", 2)
        of_role = (one for one in related if one.get(RESOURCE_ROLE) == role)
        return next(of_role, resource).get(name, "")
    return resource.get(label, "")


def _has_labels(labels: Labels, resource: Resource) -> bool:
    return all(_is_one_of(forms, resource.get(name)) for name, forms in labels.items())


def _is_one_of(forms: str | list[str], value: str | None) -> bool:
    """Say if a label has one of the forms given; one that is not there has no form."""
    return value is not None and any(
        _is_like(form, value) for form in ([forms] if isinstance(forms, str) else forms)
    )


def _is_like(form: str, value: str) -> bool:
    if form.startswith("!"):
        return _glob(form[1:]).fullmatch(value) is None
    return _glob(form).fullmatch(value) is not None


@lru_cache(4096)
def _glob(form: str) -> re.Pattern[str]:
    return re.compile(translate(form))
