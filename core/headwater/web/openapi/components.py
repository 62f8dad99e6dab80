"""The schemas of a document, named as the clients' own server names them."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

Json = dict[str, Any]
Mode = Literal["validation", "serialization"]
Root = tuple[str, Mode]
PREFIX = "#/components/schemas/"
_DEFS = "#/$defs/"
_NAME, _PIECE = "x-name", "x-piece"
# Their classes are shared by filters; the document has one for each place, as
# `FlowRunFilterId`: so the clients' own server has it.
_PIECES = ("criteria", "matching")


class Noting(GenerateJsonSchema):
    """Notes in each schema what its class is called, which the keys of `$defs` do not tell."""

    def model_schema(self, schema: Any) -> JsonSchemaValue:
        return _note(super().model_schema(schema), schema["cls"])

    def dataclass_schema(self, schema: Any) -> JsonSchemaValue:
        return _note(super().dataclass_schema(schema), schema["cls"])

    def enum_schema(self, schema: Any) -> JsonSchemaValue:
        return _note(super().enum_schema(schema), schema["cls"])


def _note(found: JsonSchemaValue, described: type) -> JsonSchemaValue:
    config = getattr(described, "model_config", getattr(described, "__pydantic_config__", {}))
    title = config.get("title")
    found[_NAME] = title or described.__name__
    model = isinstance(described, type) and issubclass(described, BaseModel)
    found[_PIECE] = model and not title and _is_piece(described)
    return found


def _is_piece(model: type) -> bool:
    """Say whether a filter's field is of this class, where the filter's name says what it is."""
    whole = model.__name__.endswith("Filter") and "matching" in model.__module__
    return model.__module__.rpartition(".")[2] in _PIECES and not whole


class Components:
    """Collects types, then gives the schema of each and the components they refer to."""

    def __init__(self, types: Iterable[tuple[Any, Mode]]) -> None:
        """Take the types with their modes; each as often as it comes."""
        unique: dict[Root, Any] = {(repr(kind), mode): kind for kind, mode in types}
        inputs = [(key[0], key[1], TypeAdapter(kind)) for key, kind in unique.items()]
        self._roots, definitions = TypeAdapter.json_schemas(inputs, schema_generator=Noting)
        self._definitions: Mapping[str, Json] = definitions.get("$defs", {})
        self._made: dict[str, str] = {}  # the key of the definition that a component is made of
        self.schemas: dict[str, Json] = {}

    def schema_of(self, kind: Any, mode: Mode) -> Json:
        found: Json = self._rewrite(self._roots[(repr(kind), mode)], None)
        return found

    def drop(self, models: Iterable[type[BaseModel] | None]) -> None:
        """Leave out models whose fields the document has as parameters."""
        for model in models:
            if model is not None:
                self.schemas.pop(model.__name__, None)

    def _rewrite(self, value: Any, place: str | None) -> Any:
        """Return a schema with its references named; *place* is what a piece in it is called."""
        if isinstance(value, list):
            return [self._rewrite(item, place) for item in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            rest = {key: item for key, item in value.items() if key != "$ref"}
            return {"$ref": PREFIX + self._component(value["$ref"], place), **rest}
        return {
            key: self._member(key, item, place) for key, item in value.items() if _keep(key, item)
        }

    def _member(self, key: str, value: Any, place: str | None) -> Any:
        if key == "properties":
            return {
                name: self._rewrite(schema, f"{place or ''}{_camel(name)}")
                for name, schema in value.items()
            }
        return (
            value
            if key in ("default", "enum", "const", "examples")
            else self._rewrite(value, place)
        )

    def _component(self, reference: str, place: str | None) -> str:
        key = reference.removeprefix(_DEFS)
        return self._add(self._definitions[key], place, key)

    def _add(self, definition: Json, place: str | None, key: str) -> str:
        """Make a component, unless it is made, and return its name."""
        piece = definition[_PIECE] and place
        name = place if piece else definition[_NAME]
        assert isinstance(name, str)  # noqa: S101  # for mypy
        if self._made.get(name) == key:
            return name
        before = self.schemas.get(name)
        self._made[name] = key
        plain = {part: item for part, item in definition.items() if part not in (_NAME, _PIECE)}
        made = self._rewrite(plain, name)
        if before is not None and before != made:
            raise ValueError(f"two schemas are called {name}")
        self.schemas[name] = made
        return name


def _camel(name: str) -> str:
    """Return a field's name as a part of a class's; `SubFlow` is the clients' spelling."""
    return "".join(word.capitalize() for word in name.split("_")).replace("Subflow", "SubFlow")


def _keep(key: str, value: Any) -> bool:
    """Leave out what the clients' own server leaves out: titles made of names, null defaults."""
    return not (key == "title" and isinstance(value, str)) and not (
        key == "default" and value is None
    )
