"""One OpenAPI 3.1 document of every route under /api, in the form of the 3.9 server's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from inspect import cleandoc
from typing import Any

from flask import Flask
from pydantic import TypeAdapter, ValidationError
from werkzeug.routing import Rule

from headwater.web.caller import Major
from headwater.web.context import SETTINGS
from headwater.web.describing import JSON, Description, find_description
from headwater.web.openapi.components import PREFIX, Components, Json, Mode
from headwater.web.openapi.refusals import HTTPValidationError, Refusal
from headwater.web.rights import find_right

ROOT = "/api"
RIGHT = "x-headwater-right"
OLD_TAG = "2.20 only"
_OF_SERVER = {"csrf-token", "docs", "health", "hello", "openapi.json", "ready", "version"}
_SOCKETS = "socket:"  # OpenAPI has no words for these
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PATH_SCHEMAS: dict[str, Json] = {
    "UUIDConverter": {"type": "string", "format": "uuid"},
    "IntegerConverter": {"type": "integer", "minimum": 0},
}
_VERSION: Json = {
    "in": "header",
    "name": "x-prefect-api-version",
    "required": False,
    "schema": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
}
_ABOUT = (
    "What Headwater's server takes and gives: the API of the Prefect clients 3.9 and 2.20, and "
    f"its own routes. Those that only 2.20 has are tagged {OLD_TAG}. Which major a client is, "
    "and so how errors are worded, is told by its User-Agent."
)


@dataclass(frozen=True)
class Operation:
    """A route with one of its methods. *path* is without the root, with `{names}`."""

    method: str
    path: str
    rule: Rule
    view: Callable[..., Any]
    description: Description


def list_operations(app: Flask) -> Iterator[Operation]:
    """Return the routes of the API that are described."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        description = find_description(view)
        if is_of_api(rule) and description is not None:
            for method in sorted(set(rule.methods or ()) & set(_METHODS)):
                yield Operation(method, _path(rule), rule, view, description)


def is_of_api(rule: Rule) -> bool:
    """Say whether a rule is a route of the API; sockets are described elsewhere."""
    return rule.rule.startswith(f"{ROOT}/") and not rule.endpoint.startswith(_SOCKETS)


def make_document(app: Flask, version: str) -> Json:
    """Return the document. It takes a second; the routes keep it."""
    operations = sorted(list_operations(app), key=lambda one: (one.path, one.method))
    components = Components(
        [typed for one in operations for typed in _types(one.description)]
        + [(Refusal, "serialization"), (HTTPValidationError, "serialization")]
    )
    paths: dict[str, Json] = {}
    for one in operations:
        described = _describe(app, one, components)
        paths.setdefault(one.path, {})[one.method.lower()] = described
    components.drop(one.description.query for one in operations)
    tags = sorted({tag for path in paths.values() for one in path.values() for tag in one["tags"]})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Headwater", "version": version, "description": _ABOUT},
        "servers": [{"url": app.extensions[SETTINGS].server_api_base_path + ROOT}],
        "tags": [{"name": tag} for tag in tags],
        "paths": paths,
        "components": {"schemas": dict(sorted(components.schemas.items()))},
    }


def _types(description: Description) -> Iterator[tuple[Any, Mode]]:
    if description.body is not None:
        yield description.body, "validation"
    if description.query is not None:
        yield description.query, "validation"
    for kind in description.answers.values():
        if kind is not None:
            yield kind, "serialization"


def _describe(app: Flask, one: Operation, components: Components) -> Json:
    description = one.description
    with app.app_context():
        right = find_right(one.rule.endpoint)
    made: Json = {
        "operationId": one.rule.endpoint.replace(".", "_"),
        "tags": [_group(one.path)] + ([OLD_TAG] if description.only is Major.TWO else []),
        "summary": description.summary,
        "parameters": [*_path_parameters(one), *_query_parameters(description, components)],
        "responses": _answers(one, components),
        RIGHT: right,
    }
    if one.view.__doc__:
        made["description"] = cleandoc(one.view.__doc__)
    made["parameters"].append(_VERSION)
    if description.body is not None:
        schema = components.schema_of(description.body, "validation")
        made["requestBody"] = {"content": {JSON: {"schema": schema}}}
        made["requestBody"] |= {"required": True} if _needs_body(description.body) else {}
    return made


def _group(path: str) -> str:
    """Return the heading that a route goes under: its first word that is neither a version nor
    what all of our own routes begin with."""
    words = [word for word in path.split("/") if word and word not in ("v2", "headwater")]
    if words[0] in _OF_SERVER:
        return "Server"
    return words[0].replace("_", " ").replace("-", " ").capitalize()


def _path(rule: Rule) -> str:
    path = rule.rule.removeprefix(ROOT)
    for name in rule.arguments:
        for converter in ("uuid:", "path:", "int:", ""):
            path = path.replace(f"<{converter}{name}>", f"{{{_name(rule, name)}}}")
    return path


def _name(rule: Rule, argument: str) -> str:
    """Return `id` for the id of what the route is about, as the 3.9 document has it."""
    own = rule.rule.removeprefix(f"{ROOT}/").split("/")[1:2] == [f"<uuid:{argument}>"]
    return "id" if own else argument


def _path_parameters(one: Operation) -> list[Json]:
    kinds = one.rule._converters
    return [
        {
            "in": "path",
            "name": _name(one.rule, argument),
            "required": True,
            "schema": _PATH_SCHEMAS.get(type(kinds[argument]).__name__, {"type": "string"}),
        }
        for argument in kinds
    ]


def _query_parameters(description: Description, components: Components) -> list[Json]:
    if description.query is None:
        return []
    reference = components.schema_of(description.query, "validation")["$ref"]
    model = components.schemas[reference.removeprefix(PREFIX)]
    required = model.get("required", [])
    return [
        {"in": "query", "name": name, "required": name in required, "schema": schema}
        for name, schema in model["properties"].items()
    ]


def _needs_body(kind: Any) -> bool:
    """Say whether a missing body, which counts as an empty object, would be refused."""
    try:
        TypeAdapter(kind).validate_python({})
    except ValidationError:
        return True
    return False


def _answers(one: Operation, components: Components) -> Json:
    description = one.description
    made: Json = {}
    for status, kind in sorted(description.answers.items()):
        made[str(status)] = {"description": HTTPStatus(status).phrase}
        if kind is not None:
            schema = components.schema_of(kind, "serialization")
            made[str(status)]["content"] = {description.media: {"schema": schema}}
    refusal = components.schema_of(Refusal, "serialization")
    if description.body is not None or description.query is not None:
        invalid = components.schema_of(HTTPValidationError, "serialization")
        own = made.get("422", {}).get("content", {}).get(JSON)
        either = {"anyOf": [invalid, refusal, *([own["schema"]] if own else [])]}
        made["422"] = {"description": "Refused, with each place and why"}
        made["422"]["content"] = {JSON: {"schema": either}}
    made["default"] = {"description": "Refused, with the reason"}
    made["default"]["content"] = {JSON: {"schema": refusal}}
    return made
