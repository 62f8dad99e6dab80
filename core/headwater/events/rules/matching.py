"""Which events a filter means. The same for those in the log and for those that just came.

Literal where nothing else is said, and the case counts, on every database.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fnmatch import translate
from functools import lru_cache
from typing import Any
from uuid import UUID

from headwater.events.rules.text import text_means
from headwater.events.schemas import RESOURCE_ID, RESOURCE_ROLE
from headwater.events.schemas.filters import (
    AnyResource,
    EventFilter,
    EventNames,
    LabelPatterns,
    RelatedResource,
)

Resource = Mapping[str, str]
_WILD = re.compile(r"[*?]")


class Among(StrEnum):
    """Which resources of an event: the one that it is about, those related to it, or all."""

    ABOUT = "about"
    RELATED = "related"
    ANY = "any"


@dataclass(frozen=True)
class Named:
    """Resources that have one of these *ids*, or an id with one of these *prefixes*."""

    among: Among
    ids: Sequence[str] = ()
    prefixes: Sequence[str] = ()


@dataclass(frozen=True)
class Told:
    """An event, as much of it as filters are about."""

    id: UUID
    occurred: datetime
    event: str
    resource: Resource
    related: Sequence[Resource]
    payload: Any


def means(wanted: EventFilter, told: Told) -> bool:
    """Say if a filter means an event; an end of time that is not given is not there."""
    since, until = wanted.occurred.since, wanted.occurred.until
    if (since is not None and told.occurred < since) or (
        until is not None and told.occurred > until
    ):
        return False
    if wanted.id.id and told.id not in wanted.id.id:
        return False
    return means_name(wanted.event, told.event) and means_resources(wanted, told)


def means_name(wanted: EventNames | None, name: str) -> bool:
    if wanted is None:
        return True
    if wanted.name and name not in wanted.name:
        return False
    if wanted.prefix and not name.startswith(tuple(wanted.prefix)):
        return False
    if wanted.exclude_name and name in wanted.exclude_name:
        return False
    return not (wanted.exclude_prefix and name.startswith(tuple(wanted.exclude_prefix)))


def means_resources(wanted: EventFilter, told: Told) -> bool:
    """Say if a filter means the resources of an event, and its text."""
    if wanted.resource is not None and not _is_one(wanted.resource, told.resource):
        return False
    everyone = (told.resource, *told.related)
    for one in wanted.any_resources:
        if not any(_is_one(one, resource) for resource in everyone):
            return False
    for related in wanted.relations:
        # Only a role can mean the resource that the event is about: it is in none.
        candidates = everyone if related.role else told.related
        if not any(_is_related(related, resource) for resource in candidates):
            return False
    return wanted.text is None or text_means(wanted.text.query, lambda: _text_of(told))


def asks_for_more(wanted: EventFilter) -> bool:
    """Say if a filter asks for what SQL cannot tell: labels, roles, or text."""
    return (
        asks_for_text(wanted)
        or (wanted.resource is not None and bool(wanted.resource.labels))
        or any(one.labels or (one.id and one.id_prefix) for one in wanted.any_resources)
        or any(one.labels or one.role or one.resources_in_roles for one in wanted.relations)
    )


def asks_for_few(wanted: EventFilter) -> bool:
    """Say if a filter names the events that it means, or what they are about."""
    return bool(wanted.id.id or (wanted.resource is not None and wanted.resource.id))


def list_named(wanted: EventFilter) -> list[Named]:
    """Return the resources of which an event must have to do with one each.

    Those that it has to do with may yet not be what the filter means, where it asks for more.
    """
    named: list[Named] = []
    if wanted.resource is not None:
        named += _name(Among.ABOUT, (), wanted.resource.id_prefix, wanted.resource.labels)
    for one in wanted.any_resources:
        named += _name(Among.ANY, one.id, one.id_prefix, one.labels)
    for related in wanted.relations:
        among = Among.ANY if related.role else Among.RELATED
        named += _name(among, related.id, (), related.labels)
        named += _name(among, [own for own, _ in related.resources_in_roles or ()], (), None)
    return named


def _name(
    among: Among,
    ids: Sequence[str] | None,
    prefixes: Sequence[str] | None,
    labels: LabelPatterns | None,
) -> list[Named]:
    patterns = (labels or {}).get(RESOURCE_ID, ())
    patterns = [patterns] if isinstance(patterns, str) else patterns
    heads = ["" if one.startswith("!") else _WILD.split(one, 1)[0] for one in patterns]
    named = [Named(among, ids=ids)] if ids else []
    # What begins with nothing is each.
    return named + [Named(among, prefixes=p) for p in (prefixes, heads) if p and "" not in p]


def asks_for_text(wanted: EventFilter) -> bool:
    return wanted.text is not None and bool(wanted.text.query)


def _is_one(wanted: AnyResource, resource: Resource) -> bool:
    own = resource.get(RESOURCE_ID, "")
    if wanted.id and own not in wanted.id:
        return False
    if wanted.id_prefix and not own.startswith(tuple(wanted.id_prefix)):
        return False
    return has_labels(wanted.labels, resource)


def _is_related(wanted: RelatedResource, resource: Resource) -> bool:
    own, role = resource.get(RESOURCE_ID, ""), resource.get(RESOURCE_ROLE, "")
    if wanted.id and own not in wanted.id:
        return False
    if wanted.role and role not in wanted.role:
        return False
    if wanted.resources_in_roles and (own, role) not in wanted.resources_in_roles:
        return False
    return has_labels(wanted.labels, resource)


def has_labels(wanted: LabelPatterns | None, resource: Resource) -> bool:
    """Say if a resource has each label in one of the forms given; one it lacks has no form."""
    return all(
        _has_label(name, [patterns] if isinstance(patterns, str) else patterns, resource)
        for name, patterns in (wanted or {}).items()
    )


def _has_label(name: str, patterns: Sequence[str], resource: Resource) -> bool:
    if name == RESOURCE_ID and not patterns:
        return True
    value = resource.get(name)
    if value is None:
        return False
    if name == RESOURCE_ROLE:
        return value in patterns
    return any(_is_like(pattern, value) for pattern in patterns)


def _is_like(pattern: str, value: str) -> bool:
    if pattern.startswith("!"):
        return _glob(pattern[1:]).fullmatch(value) is None
    return _glob(pattern).fullmatch(value) is not None


@lru_cache(1024)
def _glob(pattern: str) -> re.Pattern[str]:
    # Not by `.*` for each star: a dozen of those take for ever to find out that nothing fits.
    # A bracket, which `translate` takes for a sign, stands for itself.
    return re.compile(translate(pattern.replace("[", "[[]")))


def _text_of(told: Told) -> Iterable[str]:
    yield told.event
    for resource in (told.resource, *told.related):
        yield from resource.keys()
        yield from resource.values()
    yield from _texts_in(told.payload)


def _texts_in(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts_in(item)
    elif value is not None:
        yield str(value)
