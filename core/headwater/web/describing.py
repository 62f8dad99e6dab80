"""What each route of the API takes and gives, declared beside its view as its right is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from headwater.web.caller import Major

View = TypeVar("View", bound=Callable[..., Any])
_DESCRIPTION = "headwater_description"
JSON = "application/json"


@dataclass(frozen=True)
class Description:
    """*answers* are types by status, None for no content; *only* is the major that has the route.

    Types are what pydantic makes a schema of: a model, `list[Flow]`, `int`.
    """

    summary: str
    answers: Mapping[int, Any]
    body: Any = None
    query: type[BaseModel] | None = None
    only: Major | None = None
    media: str = JSON


def describes(
    summary: str,
    *,
    answers: Mapping[int, Any],
    body: Any = None,
    query: type[BaseModel] | None = None,
    only: Major | None = None,
    media: str = JSON,
) -> Callable[[View], View]:
    """Declare what a view takes and gives, in the terms of `Description`."""

    def declare(view: View) -> View:
        setattr(view, _DESCRIPTION, Description(summary, answers, body, query, only, media))
        return view

    return declare


def find_description(view: Callable[..., Any]) -> Description | None:
    found: Description | None = getattr(view, _DESCRIPTION, None)
    return found
