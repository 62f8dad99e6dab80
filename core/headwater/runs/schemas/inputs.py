"""What is sent to runs, on the wire."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field

from headwater.criteria import Some
from headwater.shapes import Shape
from headwater.texts import ChosenJson, ChosenKey, ChosenString

_KEY = re.compile(r"[a-z0-9-]*")


def _check_key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError("must only contain lowercase letters, numbers, and dashes")
    return key


class FlowRunInputCreate(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Annotated[ChosenKey, AfterValidator(_check_key)]
    value: ChosenString
    sender: ChosenString | None = None


class FlowRunInputsWanted(Shape):
    """Inputs whose keys begin with *prefix*, the oldest first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prefix: ChosenString
    limit: Annotated[int, Field(ge=0, lt=2**31)] = 1
    exclude_keys: Some[ChosenString] = []


class Resume(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    run_input: ChosenJson | None = None


def describe_mismatch(path: list[Any], message: str) -> str:
    """Return what is wrong with an input, in the words that the clients show."""
    if not path:
        return f"Validation failed. Failure reason: {message}"
    field = ".".join(map(str, path))
    return f"Validation failed for field {field!r}. Failure reason: {message}"
