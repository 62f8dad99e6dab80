"""Pages of lists: how many and from where, as every filter route takes them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from headwater.errors import InvalidError

LIMIT = 200


class Page(BaseModel):
    """The base of filter bodies; `page_limit` is what to ask the database for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int | None = None
    offset: Annotated[int, Field(ge=0, lt=2**63)] = 0

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
