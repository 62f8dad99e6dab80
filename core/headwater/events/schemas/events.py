"""The wire shape of events, in the clients' names. Limits are those of the clients' own servers."""

import json
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, ValidationError

from headwater.shapes import Shape
from headwater.texts import Moment, WrittenJson, WrittenText, check_size, mark_surrogates

MOST_LABELS = 500
MOST_RELATED, MOST_RELATED_OLD = 100, 500
LONGEST_NAME = 1024  # characters
LARGEST = 1_500_000  # bytes of JSON

HEARTBEAT = "prefect.flow-run.heartbeat"  # of 3.x clients: the process of a run lives

RESOURCE_ID = "prefect.resource.id"
RESOURCE_ROLE = "prefect.resource.role"

Labels = dict[WrittenText, WrittenText]


def _check_resource(labels: Labels) -> Labels:
    if RESOURCE_ID not in labels:
        raise ValueError(f"Resources must include the {RESOURCE_ID} label")
    if not labels[RESOURCE_ID]:
        raise ValueError(f"The {RESOURCE_ID} label must be non-empty")
    check_size(labels[RESOURCE_ID])
    if len(labels) > MOST_LABELS:
        raise ValueError(f"The maximum number of labels per resource is {MOST_LABELS}")
    return labels


def _check_related(labels: Labels) -> Labels:
    if RESOURCE_ROLE not in labels:
        raise ValueError(f"Related Resources must include the {RESOURCE_ROLE} label")
    if not labels[RESOURCE_ROLE]:
        raise ValueError(f"The {RESOURCE_ROLE} label must be non-empty")
    return labels


def _check_name(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise ValueError(f"Event name must be at most {LONGEST_NAME} characters")
    return name


def _check_count(related: list[Labels], most: int) -> list[Labels]:
    if len(related) > most:
        raise ValueError(f"The maximum number of related resources is {most}")
    return related


Resource = Annotated[Labels, AfterValidator(_check_resource)]
RelatedResource = Annotated[Resource, AfterValidator(_check_related)]


class Event(Shape):
    """What happened, as clients and this server tell it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    occurred: Moment
    event: Annotated[WrittenText, AfterValidator(_check_name)]
    resource: Resource
    related: Annotated[
        list[RelatedResource], AfterValidator(lambda items: _check_count(items, MOST_RELATED))
    ] = []
    payload: WrittenJson = {}
    id: UUID
    follows: UUID | None = None

    @property
    def resource_id(self) -> str:
        return self.resource[RESOURCE_ID]

    def related_id(self, role: str) -> str | None:
        """Return the resource id of the first related resource in that role."""
        found = (item[RESOURCE_ID] for item in self.related if item[RESOURCE_ROLE] == role)
        return next(found, None)


class OldEvent(Event):
    """An event as the 2.20 clients may tell it: with any name, more related, any label values."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    event: WrittenText
    related: Annotated[
        list[RelatedResource], AfterValidator(lambda items: _check_count(items, MOST_RELATED_OLD))
    ] = []


def parse_event(text: str, model: type[Event] = Event) -> Event:
    """Return one event, or raise ValidationError.

    Lone surrogates, which JSON allows and pydantic does not, come out as U+FFFD.
    """
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] != "json_invalid" or "\\u" not in text:
            raise
        invalid = error
    try:
        return model.model_validate(mark_surrogates(json.loads(text)))
    except ValidationError:
        raise
    except (ValueError, RecursionError):
        raise invalid from None


def make_resource(resource_id: str, **labels: Any) -> Labels:
    """Return labels as the clients spell them: `name` becomes `prefect.resource.name`."""
    return {RESOURCE_ID: resource_id} | {f"prefect.resource.{k}": str(v) for k, v in labels.items()}
