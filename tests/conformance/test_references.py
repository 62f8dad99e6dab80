"""References in schemas: those within it are followed, and nobody looks elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from headwater.conformance.checks import MismatchError, SchemaError, check, check_schema


@dataclass
class Elsewhere:
    """A server that would be asked by who looks; it knows what it was asked for."""

    url: str = ""
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    known = Elsewhere()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        known.url = f"http://127.0.0.1:{server.server_address[1]}/schema"
        Thread(target=server.serve_forever, daemon=True).start()
        yield known
        server.shutdown()


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "URL"},
        {"$dynamicRef": "URL"},
        {"properties": {"x": {"$ref": "URL#/$defs/x"}}},
        {"$id": "URL/a", "properties": {"x": {"$ref": "b"}}},
        {"properties": {"x": {"anyOf": [{"items": {"$ref": "URL"}}, {"not": {"$ref": "URL"}}]}}},
    ],
)
def test_what_is_elsewhere_is_never_asked_for(elsewhere: Elsewhere, schema: Any) -> None:
    schema = fill(schema, elsewhere.url)

    check_schema(schema)
    with pytest.raises(SchemaError, match="Unresolvable"):
        check({"x": [1]}, schema)

    assert elsewhere.asked == []


def test_a_language_that_is_elsewhere_is_not_asked_for(elsewhere: Elsewhere) -> None:
    schema = {"$schema": elsewhere.url, "type": "integer"}

    check_schema(schema)
    check(1, schema)

    assert elsewhere.asked == []


@pytest.mark.parametrize("place", ["$defs", "definitions"])
def test_what_is_within_is_followed(place: str) -> None:
    schema = {place: {"n": {"type": "integer"}}, "properties": {"x": {"$ref": f"#/{place}/n"}}}

    check({"x": 1}, schema)
    with pytest.raises(MismatchError, match="field 'x'"):
        check({"x": "many"}, schema)


def fill(schema: Any, url: str) -> Any:
    if isinstance(schema, dict):
        return {name: fill(value, url) for name, value in schema.items()}
    if isinstance(schema, list):
        return [fill(value, url) for value in schema]
    return schema.replace("URL", url)
