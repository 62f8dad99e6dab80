"""What our document says of answers, beside what the contract's two documents say.

`answers-*.json` name, for each route, the statuses of success and the shape of the body. Each
answer of the tests, and each that a real client gets in them, is held against our document
(`Document` in tests/document.py: no field more, none less). Where the document allows no more than
the contract's, no answer differs from the contract.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from headwater.web.describing import JSON
from headwater.web.openapi.document import list_operations

Json = dict[str, Any]
MAJORS = {
    major: json.loads((Path(__file__).parent / f"answers-{major}.json").read_text())
    for major in ("2.20", "3.9")
}
# By major and place, what we say otherwise than the contract, and why.
MEANT: dict[str, dict[str, str]] = {
    "2.20": {
        "DeploymentResponse": "what 3.x callers alone are given",
        "DeploymentSchedule": "as above",
        "OwnDeploymentSchedule as DeploymentSchedule": "what others than clients are given",
        "OldDeploymentResponse as DeploymentResponse.job_variables": "its own server shows none",
        "TaskRun.task_inputs{}[]": "kept as clients tell them, who alone read them",
        "TaskRunPolicy.retry_delay": "3.9's clients wait parts of seconds, 2.20's whole ones",
        "Variable.value": "3.9's clients keep any JSON there, not texts alone",
        "DeleteFlowRun": "an action that 3.9 alone has, in an automation of its clients",
        "ResumeFlowRun": "as above",
        "EventTrigger": "their document names the types of nested triggers wrongly",
        "POST /templates/validate": "204 is what their servers answer, too",
    },
    "3.9": {
        "OldDeploymentResponse as DeploymentResponse": "what 2.x callers alone are given",
        "OldDeploymentSchedule as DeploymentSchedule": "as above",
        "OwnDeploymentSchedule as DeploymentSchedule": "what others than clients are given",
        "TaskRun as TaskRunResponse": "a page has task runs whole, as lists have them",
        "TaskRun.labels": "kept as clients tell them, who alone read them",
        "TaskRun.task_inputs{}[]": "as above",
        "UITaskRun.labels": "as above",
        "UITaskRun.task_inputs{}[]": "as above",
        "Variable.value": "any JSON, whose kinds theirs names one by one",
        "POST /automations/templates/validate": "204 is what their servers answer, too",
        "POST /templates/validate": "as above",
    },
}
# What the clients' models have, and their own servers lack.
BEYOND = {"DeclareIncident", "MetricTrigger"}
_NEWS_BY_STATUS = {200, 201}  # both documents name the one alone where clients meet both
_FORMATS = {"uuid", "date-time", "date"}
_OTHER = "other:"


@dataclass(frozen=True)
class Comparison:
    """Of our schemas with a contract's. A shape of theirs is a word (`uuid`, `null`, `any`,
    `@Name`), a list of shapes that it may be, or says what it is a list of, has as values or
    fields, or is one of.
    """

    ours: Json
    theirs: Json
    old: bool

    def list_differences(self, ours: Json, theirs: Any, place: str) -> Iterator[str]:
        """Yield what an answer by our schema may be that one by their shape may not."""
        yield from self._differ(ours, theirs, place, ())

    def _differ(
        self, ours: Json, theirs: Any, place: str, within: tuple[Any, ...]
    ) -> Iterator[str]:
        if "$ref" in ours:
            name = ours["$ref"].rpartition("/")[2]
            if name in BEYOND:
                return
            pair = (name, repr(theirs))
            if pair not in within:
                place = _name_both(name, theirs)
                yield from self._differ(self.ours[name], theirs, place, (*within, pair))
            return
        for choice in ours.get("anyOf", ours.get("oneOf", ())):
            yield from self._differ(choice, theirs, place, within)
        if "anyOf" in ours or "oneOf" in ours:
            return
        shapes = list(self._resolve(theirs))
        found = [list(self._differ_from_one(ours, one, place, within)) for one in shapes]
        if [] not in found:
            # Of several, the one that is most like ours tells the most.
            yield from min(found, key=lambda lines: (lines[0].startswith(_OTHER), len(lines)))

    def _resolve(self, theirs: Any) -> Iterator[Any]:
        for shape in theirs if isinstance(theirs, list) else [theirs]:
            if isinstance(shape, str) and shape.startswith("@"):
                yield from self._resolve(self.theirs[shape[1:]])
            else:
                yield shape

    def _differ_from_one(
        self, ours: Json, theirs: Any, place: str, within: tuple[Any, ...]
    ) -> Iterator[str]:
        kind = _kind(ours)
        if kind == "null" and self.old:  # its document has no word for null
            return
        other = f"{_OTHER} {place}: {kind}, not {_show(theirs)}"
        if isinstance(theirs, str):
            fits = theirs in ("any", kind) or (theirs, kind) == ("number", "integer")
            fits |= theirs == "string" and kind in ("one of", *_FORMATS)
            fits |= theirs == "object" and kind in ("fields", "values")
            if not fits:
                yield other
        elif "one of" in theirs:
            values = ours.get("enum", [ours.get("const")])
            if kind != "one of" or not set(values) <= set(theirs["one of"]):
                yield other
        elif "list of" in theirs:
            if kind != "list of":
                yield other
            else:
                yield from self._differ(ours["items"], theirs["list of"], f"{place}[]", within)
        elif "tuple of" in theirs:
            items = ours.get("prefixItems", ())
            if len(items) != len(theirs["tuple of"]):
                yield other
            else:
                for item, shape in zip(items, theirs["tuple of"], strict=True):
                    yield from self._differ(item, shape, f"{place}[]", within)
        elif "values" in theirs:
            if kind not in ("fields", "values"):
                yield other
            else:
                values = ours.get("properties", {"": ours.get("additionalProperties")}).values()
                for value in values:
                    yield from self._differ(value, theirs["values"], f"{place}{{}}", within)
        elif kind != "fields":
            yield other
        else:
            yield from self._differ_in_fields(ours, theirs, place, within)

    def _differ_in_fields(
        self, ours: Json, theirs: Json, place: str, within: tuple[Any, ...]
    ) -> Iterator[str]:
        fields = ours["properties"]
        for name, shape in theirs["fields"].items():
            where = f"{place}.{name}"
            if name in fields:
                yield from self._differ(fields[name], shape, where, within)
            else:
                yield f"{where}: missing"
        if not self.old:  # what 3.9 has beyond it, its clients leave alone
            yield from (
                f"{place}.{name}: not theirs" for name in set(fields) - set(theirs["fields"])
            )


def _name_both(name: str, theirs: Any) -> str:
    shapes = [one for one in (theirs if isinstance(theirs, list) else [theirs]) if one != "null"]
    if f"@{name}" in shapes or len(shapes) > 1 or str(shapes[0])[0] != "@":
        return name
    other = shapes[0].removeprefix("@").removesuffix("-Output")
    return name if name == other else f"{name} as {other}"


def _kind(schema: Json) -> str:
    """Return the word that a shape of theirs would have for ours."""
    if "enum" in schema or "const" in schema:
        return "one of"
    if "type" not in schema:
        return "any"
    kind = str(schema["type"])
    if kind == "array":
        return "tuple of" if "prefixItems" in schema else "list of"
    if kind == "object":
        values = isinstance(schema.get("additionalProperties"), dict)
        return "fields" if "properties" in schema else "values" if values else "object"
    shape = schema.get("format", kind)
    return shape if shape in _FORMATS else kind


def _show(shape: Any) -> str:
    """Return a shape without what is in it, so that a line stays short."""
    return shape if isinstance(shape, str) else " or ".join(shape)


def list_all(openapi: Json, app: Flask, major: str) -> Iterator[str]:
    contract, schemas = MAJORS[major], openapi["components"]["schemas"]
    comparison = Comparison(schemas, contract["schemas"], old=major == "2.20")
    for one in list_operations(app):
        route = f"{one.method} {_blank(one.path)}"
        if route not in contract["routes"]:
            continue
        wanted = contract["routes"][route]
        known = set(wanted["statuses"])
        for status, answer in openapi["paths"][one.path][one.method.lower()]["responses"].items():
            if status[0] != "2":
                continue
            if int(status) not in known and not {int(status), *known} <= _NEWS_BY_STATUS:
                yield f"{route}: {status}, not {wanted['statuses']}"
            elif "content" not in answer:
                if wanted["shape"] is not None:
                    yield f"{route}: {status} has no body"
            elif JSON in answer["content"]:
                ours = answer["content"][JSON]["schema"]
                theirs = "any" if wanted["shape"] is None else wanted["shape"]
                yield from comparison.list_differences(ours, theirs, route)


def _blank(path: str) -> str:
    """Return a path without the names of its parameters."""
    return "/".join("{}" if word.startswith("{") else word for word in path.split("/"))


def _is_meant(line: str, major: str) -> bool:
    place = line.partition(": ")[0]
    return any(place == one or place.startswith(f"{one}.") for one in MEANT[major])


@pytest.mark.parametrize("major", MAJORS)
def test_answers_are_what_the_contract_allows(openapi: Json, app: Flask, major: str) -> None:
    found = {line.removeprefix(f"{_OTHER} ") for line in list_all(openapi, app, major)}

    assert sorted(line for line in found if not _is_meant(line, major)) == []
    places = {line.partition(": ")[0] for line in found}
    assert [one for one in MEANT[major] if not any(place.startswith(one) for place in places)] == []


THING = {"type": "object", "properties": {"id": {"type": "string", "format": "uuid"}}}
NAMED = {"properties": {"id": {"anyOf": [{"type": "integer"}, {"type": "null"}]}, "b": {}}}


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        (THING, {"fields": {"id": "uuid"}}, []),
        (THING, {"fields": {"id": "string"}}, []),
        (THING, ["null", {"fields": {"id": "uuid"}}], []),
        (THING, "object", []),
        (THING, {"values": "string"}, []),
        (THING, {"fields": {"id": "uuid", "name": "string"}}, ["x.name: missing"]),
        (THING, {"fields": {"id": ["integer", "null"]}}, ["other: x.id: uuid, not integer"]),
        (THING, {"list of": "any"}, ["other: x: fields, not list of"]),
        (
            THING | NAMED,
            {"fields": {"id": "integer"}},
            ["other: x.id: null, not integer", "x.b: not theirs"],
        ),
        ({"type": "array", "items": THING}, {"list of": "@Thing"}, []),
        ({"type": "array", "items": NAMED}, {"list of": "@Thing"}, ["other: x[]: any, not fields"]),
        ({"enum": ["A", "B"]}, {"one of": ["A", "B", "C"]}, []),
        ({"enum": ["A", "D"]}, {"one of": ["A", "B"]}, ["other: x: one of, not one of"]),
    ],
)
def test_what_differs_is_found(ours: Json, theirs: Any, found: list[str]) -> None:
    comparison = Comparison({}, {"Thing": {"fields": {"id": "uuid"}}}, old=False)

    assert list(comparison.list_differences(ours, theirs, "x")) == found
