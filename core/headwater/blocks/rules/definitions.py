"""Block types that the server brings itself, from the pydantic model of what they keep."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, Secret, SecretBytes, SecretStr

from headwater.blocks.rules.schemas import checksum

_SECRETS = (SecretStr, SecretBytes, Secret)


@dataclass(frozen=True)
class Definition:
    """A type and one schema of it. *fields* are in the clients' form."""

    slug: str
    title: str
    fields: Mapping[str, Any]
    capabilities: tuple[str, ...] = ()
    description: str | None = None
    documentation_url: str | None = None
    code_example: str | None = None
    is_protected: bool = False
    version: str = "non-versioned"

    @property
    def checksum(self) -> str:
        """Return what the schema is found by."""
        return checksum(self.fields)


def definition_of(
    slug: str,
    title: str,
    settings_model: type[BaseModel],
    capabilities: tuple[str, ...] = (),
    *,
    description: str | None = None,
    documentation_url: str | None = None,
    code_example: str | None = None,
    is_protected: bool = False,
) -> Definition:
    """Return the type that keeps *settings_model*; reads hide its SecretStr fields."""
    schema = settings_model.model_json_schema(ref_template="#/definitions/{model}")
    fields = {
        "title": title,
        "type": "object",
        "properties": {
            name: value | {"position": position}
            for position, (name, value) in enumerate(schema.get("properties", {}).items())
        },
        "secret_fields": list(_secret_paths(settings_model)),
        "block_type_slug": slug,
        "block_schema_references": {},
    }
    fields |= {"required": schema["required"]} if "required" in schema else {}
    fields |= {"definitions": schema["$defs"]} if "$defs" in schema else {}
    fields |= {"description": description} if description else {}
    return Definition(
        slug,
        title,
        fields,
        capabilities,
        description,
        documentation_url,
        code_example,
        is_protected,
    )


def _secret_paths(model: type[BaseModel], before: str = "") -> Iterator[str]:
    """Return the dotted paths of what is secret; `.*` where it lies in a list or mapping."""
    for name, field in model.model_fields.items():
        path = f"{before}{field.alias or name}"
        kinds = list(_kinds(field.annotation))
        if any(issubclass(kind, _SECRETS) for kind, _ in kinds):
            # As the clients have it: of a secret object the keys are shown, and the values hidden.
            within = any(held or issubclass(kind, dict) for kind, held in kinds)
            yield f"{path}.*" if within else path
        for kind, held in kinds:
            if issubclass(kind, BaseModel):
                inner = list(_secret_paths(kind, f"{path}."))
                yield from [f"{path}.*"] if held and inner else inner


def _kinds(annotation: Any, *, held: bool = False) -> Iterator[tuple[type, bool]]:
    """Return the classes that *annotation* is made of, and whether a container holds each."""
    origin = getattr(annotation, "__origin__", annotation)
    if isinstance(origin, type):
        yield origin, held
    inside = held or origin in (list, dict, tuple, set, frozenset)
    for argument in get_args(annotation):
        yield from _kinds(argument, held=inside)
