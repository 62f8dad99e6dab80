"""Pages of lists: how many and from where, as every filter route takes them."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import ConfigDict, Field, model_validator

from headwater.errors import InvalidError
from headwater.shapes import Shape

LIMIT = 200


class Limited(Shape):
    """What has a limit; `page_limit` is what to ask the database for."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    limit: int | None = None

    @model_validator(mode="before")
    @classmethod
    def take_null_as_absent(cls, values: Any) -> Any:
        """Clients send null for the sort, the offset and the filters that they do not use."""
        if isinstance(values, dict) and None in values.values():
            return {name: value for name, value in values.items() if value is not None}
        return values

    @property
    def page_limit(self) -> int:
        """Return the limit, LIMIT where none was given; raise InvalidError for one out of range.

        Not a field constraint: the clients' own server says it in other words than for fields.
        """
        limit = LIMIT if self.limit is None else self.limit
        if limit < 0:
            raise InvalidError("Invalid limit: must be greater than or equal to 0.")
        if limit > LIMIT:
            raise InvalidError(f"Invalid limit: must be less than or equal to {LIMIT}.")
        return limit


class Page(Limited):
    """The base of filter bodies."""

    offset: Annotated[int, Field(ge=0, lt=2**63)] = 0


class NumberedPage(Limited):
    """The base of bodies that name a page by its number, the first is 1."""

    page: Annotated[int, Field(ge=1, lt=2**53)] = 1

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_limit

    def show(self, results: Sequence[object], count: int) -> dict[str, object]:
        """Return the page as the wire has it; *count* is that of all pages."""
        limit = self.page_limit
        pages = -(-count // limit) if limit else 0
        shown = {"count": count, "limit": limit, "pages": pages, "page": self.page}
        return {"results": results, **shown}
