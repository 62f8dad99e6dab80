"""What clients get in place of an answer: `web/errors.py` makes it."""

from typing import Any

from pydantic import ConfigDict

from headwater.shapes import Shape


class ValidationError(Shape):
    """One place, and what is wrong there. The older major reads other words for *type*."""

    model_config = ConfigDict(extra="allow")  # pydantic adds what the rule was

    loc: list[str | int]
    msg: str
    type: str


class HTTPValidationError(Shape):
    """A request that is not what the route takes."""

    exception_message: str
    exception_detail: list[ValidationError]
    request_body: Any


class Refusal(Shape):
    """The reason is under one of the names: which one, the clients' own server decided."""

    detail: str | None = None
    exception_message: str | None = None
