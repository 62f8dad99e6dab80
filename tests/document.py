"""Holds what a server answers against its OpenAPI document."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from headwater.web.openapi.document import list_operations, make_document
from headwater.web.openapi.refusals import Refusal
from headwater.work.schemas.pools import WorkPoolStorageConfiguration

# A reason has one of two names, and strict old clients are not shown all of a configuration.
SOMETIMES = {Refusal.__name__, WorkPoolStorageConfiguration.__name__}


class Document:
    """Holds each answer of a server against its OpenAPI document, and notes what differs.

    Stricter than the document: an answer that is no refusal has all fields that are in it, and no
    other.
    """

    def __init__(self, app: Flask) -> None:
        document = make_document(app, "tests")
        for name, schema in document["components"]["schemas"].items():
            if "properties" in schema:
                schema.setdefault("additionalProperties", False)
                if name not in SOMETIMES:
                    schema["required"] = list(schema["properties"])
        self._components = document["components"]
        self._responses = {
            (one.rule.rule, one.method): document["paths"][one.path][one.method.lower()][
                "responses"
            ]
            for one in list_operations(app)
        }
        self._addresses = app.url_map.bind("localhost")
        self._validators: dict[str, jsonschema_rs.Validator] = {}
        self.differences: list[str] = []

    def hold(self, response: Response) -> Response:
        self._hold(str(request.url_rule), request.method, request.path, response)
        return response

    def hold_seen(self, method: str, path: str, response: Response) -> None:
        """Hold what another process was answered."""
        try:
            rule, _ = self._addresses.match(path, method, return_rule=True)
        except HTTPException:
            return
        self._hold(rule.rule, method, path, response)

    def _hold(self, rule: str, method: str, path: str, response: Response) -> None:
        known = self._responses.get((rule, method))
        if known is not None and response.status_code // 100 in (2, 4):
            for error in self._list_errors(known, response):
                self.differences.append(f"{method} {path}: {error}")

    def _list_errors(self, known: dict[str, Any], response: Response) -> Iterator[str]:
        status = response.status_code
        described = known.get(str(status)) or (known["default"] if status >= 400 else None)
        if described is None:
            yield f"{status} is not described"
        elif "content" not in described:
            if response.get_data():
                yield f"{status} has a body"
        elif response.mimetype not in described["content"]:
            yield f"{status} is {response.mimetype}"
        elif response.is_json:
            schema = described["content"][response.mimetype]["schema"]
            for error in self._validator(schema).iter_errors(response.get_json()):
                yield f"{status}: {error.message} at {error.instance_path}"

    def _validator(self, schema: dict[str, Any]) -> jsonschema_rs.Validator:
        key = repr(schema)
        if key not in self._validators:
            whole = schema | {"components": self._components}
            made = jsonschema_rs.validator_for(whole, validate_formats=True)
            self._validators[key] = made
        return self._validators[key]
