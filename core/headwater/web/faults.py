"""What is wrong with a form, in sentences: `blamed` and `said` of the template `wrong.html`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from headwater.errors import InvalidRequestError


@dataclass(frozen=True)
class Wrong:
    """By the names of fields, and what is wrong with all of it."""

    fields: Mapping[str, str] = field(default_factory=dict)
    others: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.fields or self.others)

    @classmethod
    def of(cls, error: InvalidRequestError) -> Self:
        return cls(others=[say_fault(one["msg"]) for one in error.details])


def say_fault(message: object, place: Sequence[Any] = ()) -> str:
    """Return what a schema says, with the place in it where that is no field of the form."""
    said = str(message).removeprefix("Value error, ")
    where = ".".join(str(one) for one in place)
    return f"{where}: {said}" if where else said
