"""The wire shape of events, in the clients' names. Limits are those of prefect 3.9's server."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from headwater.texts import WrittenJson, WrittenText

MOST_LABELS = 500
MOST_RELATED = 100
LONGEST_NAME = 1024

RESOURCE_ID = "prefect.resource.id"
RESOURCE_ROLE = "prefect.resource.role"

Labels = dict[WrittenText, WrittenText]


def _check_resource(labels: Labels) -> Labels:
    if RESOURCE_ID not in labels:
        raise ValueError(f"Resources must include the {RESOURCE_ID} label")
    if not labels[RESOURCE_ID]:
        raise ValueError(f"The {RESOURCE_ID} label must be non-empty")
    if len(labels) > MOST_LABELS:
        raise ValueError(f"The maximum number of labels per resource is {MOST_LABELS}")
    return labels


def _check_related(labels: Labels) -> Labels:
    if RESOURCE_ROLE not in labels:
        raise ValueError(f"Related Resources must include the {RESOURCE_ROLE} label")
    if not labels[RESOURCE_ROLE]:
        raise ValueError(f"The {RESOURCE_ROLE} label must be non-empty")
    return labels


Resource = Annotated[Labels, AfterValidator(_check_resource)]
RelatedResource = Annotated[Resource, AfterValidator(_check_related)]


class Event(BaseModel):
    """What happened, as clients and this server tell it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    occurred: datetime
    event: Annotated[WrittenText, Field(max_length=LONGEST_NAME)]
    resource: Resource
    related: Annotated[list[RelatedResource], Field(max_length=MOST_RELATED)] = []
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


def make_resource(resource_id: str, **labels: Any) -> Labels:
    """Return labels as the clients spell them: `name` becomes `prefect.resource.name`."""
    return {RESOURCE_ID: resource_id} | {f"prefect.resource.{k}": str(v) for k, v in labels.items()}
