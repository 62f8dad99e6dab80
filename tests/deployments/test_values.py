"""What is wrong with values before they become parameters."""

from typing import Any

import pytest
from flask.testing import FlaskClient

SCHEMA = {
    "title": "Parameters",
    "type": "object",
    "required": ["a", "b"],
    "properties": {
        "a": {"type": "integer"},
        "b": {"type": "string"},
        "list": {"type": "array", "items": {"type": "integer"}},
        "inner": {"type": "object", "required": ["c"], "properties": {"c": {"type": "string"}}},
    },
}


def check(client: FlaskClient, values: Any, schema: Any = SCHEMA) -> Any:
    response = client.post("/api/ui/schemas/validate", json={"schema": schema, "values": values})
    assert response.status_code == 200, response.json
    assert response.json["valid"] is (response.json["errors"] == [])
    return response.json["errors"]


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({}, []),
        ({"a": "x"}, [{"property": "a", "errors": ["'x' is not of type 'integer'"]}]),
        (
            {"list": [1, "x"]},
            [
                {
                    "property": "list",
                    "errors": [{"index": 1, "errors": ["'x' is not of type 'integer'"]}],
                }
            ],
        ),
        (
            {"inner": {}},
            [
                {
                    "property": "inner",
                    "errors": [{"property": "c", "errors": ["'c' is a required property"]}],
                }
            ],
        ),
        ({"a": {"__prefect_kind": "json", "value": "7"}}, []),
        (
            {"b": {"__prefect_kind": "workspace_variable", "variable_name": "nobody"}},
            [{"property": "b", "errors": ["Variable 'nobody' not found in workspace."]}],
        ),
        ({"b": {"__prefect_kind": "workspace_variable", "variable_name": "known"}}, []),
    ],
)
def test_each_value_is_told_what_is_wrong_with_it(
    client: FlaskClient, change: Any, errors: Any
) -> None:
    client.post("/api/variables/", json={"name": "known", "value": "x"})

    assert check(client, {"a": 1, "b": "x"} | change) == errors


def test_what_is_missing_is_told_where_it_should_be(client: FlaskClient) -> None:
    assert check(client, {"a": 1}) == [{"property": "b", "errors": ["'b' is a required property"]}]


def test_what_is_wrong_with_the_whole_is_told_first(client: FlaskClient) -> None:
    (error,) = check(client, {"a": 1}, {"type": "object", "maxProperties": 0})

    assert isinstance(error, str)


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"type": "colour"}, "Invalid schema: "),
        ({"$ref": "#"}, "circular references"),
        ({"$ref": "http://127.0.0.1:9/x"}, "Failure reason"),
        ({"properties": {"a": {"pattern": "("}}}, "Invalid schema: "),
    ],
)
def test_what_is_no_schema_is_refused(client: FlaskClient, schema: Any, message: str) -> None:
    body = {"schema": schema, "values": {"a": "x"}}

    response = client.post("/api/ui/schemas/validate", json=body)

    assert response.status_code == 422
    assert message in response.json["detail"]


@pytest.mark.parametrize("body", [{}, {"schema": {}}, {"values": {}}, {"schema": 1, "values": {}}])
def test_a_schema_and_values_are_needed(client: FlaskClient, body: Any) -> None:
    assert client.post("/api/ui/schemas/validate", json=body).status_code == 422
