"""Saved searches on the wire."""

from uuid import UUID

from pydantic import AwareDatetime, ConfigDict

from headwater.shapes import Shape
from headwater.texts import ChosenAny, ChosenKey, ChosenString


class SavedSearchFilter(Shape):
    """What is searched for: whoever made it knows what the words mean."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    object: ChosenString
    property: ChosenString
    type: ChosenString
    operation: ChosenString
    value: ChosenAny


class SavedSearchCreate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ChosenKey
    filters: list[SavedSearchFilter] = []


class SavedSearch(Shape):
    id: UUID
    created: AwareDatetime
    updated: AwareDatetime
    name: str
    filters: list[SavedSearchFilter]
