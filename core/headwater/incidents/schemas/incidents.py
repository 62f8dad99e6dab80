"""Incidents as our own routes have them."""

from uuid import UUID

from pydantic import AwareDatetime, ConfigDict

from headwater.incidents.schemas.severity import Severity
from headwater.shapes import Shape
from headwater.texts import ChosenString
from headwater.web.paging import Page


class IncidentsWanted(Page):
    """A page of incidents, the newest first; *open* chooses those that are, or those that are
    not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    open: bool | None = None
    severities: list[Severity] = []


class Closing(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    note: ChosenString | None = None


class Incident(Shape):
    """*related* are the resources that it is about, each with its labels."""

    id: UUID
    created: AwareDatetime
    updated: AwareDatetime
    title: str
    description: str
    severity: Severity
    automation_id: UUID | None
    related: list[dict[str, str]]
    closed: AwareDatetime | None
    note: str | None
