"""What a list shows, as its address says it."""

from abc import ABC, abstractmethod
from typing import Any, NoReturn
from uuid import UUID

from flask import abort
from pydantic import ValidationError

PLACES = ("before", "skip")  # the query parameters that say where a page of a list begins


class Wanted(ABC):
    """What an address asks for: the filters of a list, and where a page of it begins."""

    @abstractmethod
    def said(self) -> dict[str, Any]:
        """Return all query parameters; one without a value asks for nothing."""

    @property
    def filters(self) -> bool:
        return any(value for name, value in self.said().items() if name not in PLACES)

    def query(self, **changes: Any) -> dict[str, Any]:
        """Return the query parameters that say this, with *changes*, to build addresses from."""
        return {name: value for name, value in (self.said() | changes).items() if value}


def parse_id(text: str | None) -> UUID | None:
    """Return the id that an address or a form has, None for what is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def refuse(error: ValidationError) -> NoReturn:
    """Answer 400 with the first thing that a schema finds wrong in an address."""
    abort(400, error.errors(include_url=False)[0]["msg"])
