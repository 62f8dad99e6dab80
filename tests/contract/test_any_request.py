"""Requests that schemathesis makes by the document, right ones and wrong ones."""

import json
from typing import Any

import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET

# The others are made by the document; this one would have most requests refused at the door.
HEADERS = {"x-prefect-api-version": "0.8.4"}


def test_no_request_harms(
    edge: Any, make_world: Any, openapi: Any, document: Any, examples: Any
) -> None:
    operations = [one.ok() for one in schemathesis.openapi.from_dict(openapi).get_all_operations()]
    cases = {
        (number, mode): operation.as_strategy(generation_mode=mode, headers=HEADERS)
        for number, operation in enumerate(operations)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    }

    @examples(300)
    @given(st.data(), st.sampled_from(list(cases)), st.booleans())
    def hold(data: Any, key: Any, known: bool) -> None:
        case = data.draw(cases[key])
        path = edge.address(case.path) if known else f"/api{case.formatted_path}"
        body = case.body
        if isinstance(body, dict) and known:
            body |= {name: value for name, value in edge.world.body.items() if name in body}
        sent = {} if body is NOT_SET else {"data": dump(body)}
        response = edge.send(case.method.upper(), path, query_string=plain(case.query), **sent)
        assert document.differences == []
        if response.status_code < 300 and (case.method == "DELETE" or edge.empties(case.path)):
            edge.world = make_world()

    hold()


def dump(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def plain(query: Any) -> dict[str, str]:
    return {str(name): str(value) for name, value in (query or {}).items()}
