"""Whether values are what a schema asks for, on the wire."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from headwater.shapes import Shape


class ValuesWanted(Shape):
    model_config = ConfigDict(extra="ignore", frozen=True)

    asked: Annotated[dict[str, Any], Field(alias="schema")]
    values: dict[str, Any]


class SchemaValuePropertyError(Shape):
    property: str
    errors: "list[str | SchemaValuePropertyError | SchemaValueIndexError]"


class SchemaValueIndexError(Shape):
    index: int
    errors: "list[str | SchemaValuePropertyError | SchemaValueIndexError]"


class SchemaValuesValidationResponse(Shape):
    errors: list[str | SchemaValuePropertyError | SchemaValueIndexError]
    valid: bool
