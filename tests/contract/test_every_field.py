"""Each field of each route, with what no client would put there."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from headwater.runs.schemas.task_run_events import ToldPayload

Json = dict[str, Any]
Build = Callable[[Any], Any]
PLACE = "@@here@@"
DEEPEST = 6  # levels of fields
NUMBERS = [
    *("0", "-1", "1.5", "1e18", "-1e18", "1e400", "-Infinity", "NaN", "1" * 5000),
    *map(str, (2**31 - 1, 2**31, -(2**31) - 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**400)),
]
TEXTS = [
    *("", " ", "%", "/", "..", "é", "💩", "a\0b", "\ud800", "\udfff\ud800", "\U0010fffe"),
    *(
        "'; DROP TABLE flow; --",
        "{0.__class__}",
        "{{ 1 }}",
        "{flow_run_id!r:>99999999}",
        "x" * 99_999,
    ),
    *("not-a-uuid", "00000000-0000-0000-0000-000000000000", "0" * 32),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z"),
    *("0000-00-00T00:00:00Z", "2026-01-01T00:00:00.123456789Z", "P1D", "-P999999999D", "1e999"),
]
SHAPES = [
    *("null", "true", "false", "[]", "{}", "[null]", "[[]]", '{"":""}', '{"a":1,"a":2}'),
    *('{"a\\u0000":1}', '{"a":"\\u0000"}', '["\\ud800"]', '{"\\ud800":[]}', "[1e400]"),
    *("[" * 200 + "]" * 200, '{"a":' * 200 + "1" + "}" * 200, "[" * 9000 + "]" * 9000),
    *('{"__proto__": {}}', '{"$ref": "http://127.0.0.1:9/"}', '{"__prefect_kind": "json"}'),
]
HOSTILE = [*NUMBERS, *map(json.dumps, TEXTS), *SHAPES]


@dataclass(frozen=True)
class Place:
    """A field of a route's body: *build* makes the body around a value for it."""

    method: str
    path: str
    name: str
    build: Build

    def __repr__(self) -> str:
        return f"{self.method} {self.path} {self.name}"


class Bodies:
    """Makes bodies by the document: what they must have, with real ids where they refer."""

    def __init__(self, schemas: Json, known: Json) -> None:
        self._schemas = schemas
        self._known = known

    def places(
        self, schema: Json, name: str = "body", depth: int = 0
    ) -> Iterator[tuple[str, Build]]:
        """Return each field's name, and what builds the body around a value of it."""
        yield name, lambda value: value
        yield from self._within(schema, name, depth)

    def _within(self, schema: Json, name: str, depth: int) -> Iterator[tuple[str, Build]]:
        schema = self._resolve(schema)
        if depth == DEEPEST:
            return
        for branch in schema.get("anyOf", ()):
            yield from self._within(branch, name, depth)
        for field, of_field in schema.get("properties", {}).items():
            around = self._sample(schema)
            for inner, build in self.places(of_field, f"{name}.{field}", depth + 1):
                yield inner, lambda v, f=field, b=build, a=around: a | {f: b(v)}
        if "items" in schema:
            for inner, build in self.places(schema["items"], f"{name}[]", depth + 1):
                yield inner, lambda v, b=build: [b(v)]
        if isinstance(schema.get("additionalProperties"), dict):
            values = schema["additionalProperties"]
            for inner, build in self.places(values, f"{name}{{}}", depth + 1):
                yield inner, lambda v, b=build: {"key": b(v)}

    def _sample(self, schema: Json, field: str = "") -> Any:
        """Return the least that a schema takes."""
        if field in self._known:
            return self._known[field]
        schema = self._resolve(schema)
        if "anyOf" in schema:
            return self._sample(schema["anyOf"][0], field)
        if "enum" in schema or "const" in schema:
            return schema.get("enum", [schema.get("const")])[0]
        if schema.get("type") == "object":
            fields = schema.get("properties", {})
            return {name: self._sample(fields[name], name) for name in schema.get("required", ())}
        if schema.get("type") == "array":
            return [self._sample(schema["items"])] * schema.get("minItems", 0)
        texts = {
            "uuid": "00000000-0000-0000-0000-000000000001",
            "date-time": "2026-01-01T00:00:00Z",
        }
        plain = {"string": texts.get(schema.get("format", ""), "x"), "boolean": False}
        return plain.get(schema.get("type", ""), max(1, schema.get("minimum", 1)))

    def _resolve(self, schema: Json) -> Json:
        if "$ref" not in schema:
            return schema
        found: Json = self._schemas[schema["$ref"].rpartition("/")[2]]
        return found


def list_places(document: Json, known: Json) -> list[Place]:
    bodies = Bodies(document["components"]["schemas"], known)
    return [
        Place(method.upper(), path, name, build)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if "requestBody" in operation
        for media in operation["requestBody"]["content"].values()
        for name, build in bodies.places(media["schema"])
    ] + list(_list_told(known))


def _list_told(known: Json) -> Iterator[Place]:
    """Return the fields of what clients tell of task runs, within events."""
    told = ToldPayload.model_json_schema(ref_template="#/components/schemas/{model}")
    resource = {"prefect.resource.id": f"prefect.task-run.{uuid4()}"}
    flow_run = {"prefect.resource.id": f"prefect.flow-run.{known['flow_run_id']}"}
    event = {
        "event": "prefect.task-run.Running",
        "resource": resource | {"prefect.orchestration": "client"},
        "related": [flow_run | {"prefect.resource.role": "flow-run"}],
        "occurred": "2026-01-01T00:00:00Z",
    }
    for name, build in Bodies(told["$defs"], {}).places(told, "payload"):
        yield Place("POST", "/events", name, partial(_tell, event, build))


def _tell(event: Json, build: Build, value: Any) -> list[Json]:
    return [event | {"id": str(uuid4()), "payload": build(value)}]


def dump(build: Build, raw: str) -> bytes:
    """Return the body with *raw*, as it is, in its place."""
    return json.dumps(build(PLACE)).replace(f'"{PLACE}"', raw).encode()


def test_no_value_in_any_field_harms(
    edge: Any, make_world: Any, openapi: Json, document: Any, examples: Any
) -> None:
    places = list_places(openapi, edge.world.body)
    assert len(places) > 500

    @examples(1_000)
    @given(st.sampled_from(places), st.sampled_from(HOSTILE))
    def hold(place: Place, raw: str) -> None:
        address = edge.address(place.path)
        response = edge.send(place.method, address, data=dump(place.build, raw))
        assert document.differences == []
        if response.status_code < 300 and edge.empties(place.path):
            edge.world = make_world()

    hold()
