"""The block types that every server has: those that clients take for granted."""

from pydantic import BaseModel, JsonValue, SecretStr

from headwater.blocks.rules.definitions import Definition, definition_of
from headwater.shapes import Shape


class _LocalFileSystem(Shape):
    basepath: str | None = None


class _Secret(Shape):
    value: SecretStr


class _Webhook(Shape):
    method: str = "POST"
    url: SecretStr
    headers: dict[str, SecretStr] = {}


class _Json(Shape):
    value: JsonValue


class _Text(Shape):
    value: str


def _protected(
    slug: str, title: str, model: type[BaseModel], description: str, *capabilities: str
) -> Definition:
    return definition_of(
        slug, title, model, capabilities, description=description, is_protected=True
    )


FILES = ("get-directory", "put-directory", "read-path", "write-path")

BUILT_IN = [
    _protected(
        "local-file-system",
        "Local File System",
        _LocalFileSystem,
        "Keeps files in a folder of the machine that runs the flow.",
        *FILES,
    ),
    _protected("secret", "Secret", _Secret, "Keeps one value that nobody should see."),
    _protected("webhook", "Webhook", _Webhook, "Calls an address over HTTP."),
    _protected("json", "JSON", _Json, "Keeps one JSON value."),
    _protected("date-time", "Date Time", _Text, "Keeps one time, in ISO 8601."),
    definition_of("string", "String", _Text, description="Keeps one text."),
]
