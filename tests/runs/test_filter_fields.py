"""Every field of every filter of both majors, as tests/contract/filters-*.json name them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

CONTRACT = Path(__file__).parent.parent / "contract"
AGENTS = {
    "3.9": {"User-Agent": "prefect/3.9.1 (API 0.8.4)"},
    "2.20": {"User-Agent": "prefect/2.20.27 (API 0.8.4)"},
}
MAJORS = {major: json.loads((CONTRACT / f"filters-{major}.json").read_text()) for major in AGENTS}
ROUTES = [(major, route) for major, known in MAJORS.items() for route in known["routes"]]
VALUES = {
    "uuid": "8f4b6d62-7c8e-4a8f-9f5e-0d2c5f7f8a11",
    "string": "x",
    "time": "2026-11-26T03:00:00Z",
    "boolean": True,
    "integer": 1,
    "number": 3600.0,
}
# What a route asks for beside its filters.
NEEDED: dict[str, Any] = {
    "/flow_runs/history": {"history_start": "2026-11-26T00:00:00Z"},
    "/ui/task_runs/dashboard/counts": {"task_runs": {"start_time": {"after_": VALUES["time"]}}},
}
NEEDED["/flow_runs/history"] |= {"history_end": VALUES["time"], "history_interval_seconds": 60}
NEEDED["/task_runs/history"] = NEEDED["/flow_runs/history"]


def values_of(kind: Any) -> list[Any]:
    """Return values for a field: each that an enumeration has."""
    if isinstance(kind, list):
        return [values_of(kind[0]), []]
    if "|" in kind:
        return list(kind.split("|"))
    return [VALUES[kind]]


def each_field(fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return objects with one of the fields, which has one of its values."""
    for name, kind in fields.items():
        members = each_field(kind) if isinstance(kind, dict) else values_of(kind)
        yield from ({name: member} for member in members)


def all_fields(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: all_fields(kind) if isinstance(kind, dict) else values_of(kind)[0]
        for name, kind in fields.items()
    }


def fields_of(major: str, route: str) -> dict[str, Any]:
    known = MAJORS[major]
    body = known["routes"][route]
    return {k: known["filters"][k] if kind == "filter" else kind for k, kind in body.items()}


@pytest.mark.parametrize(("major", "route"), ROUTES)
def test_each_field_is_taken_by_itself(client: FlaskClient, major: str, route: str) -> None:
    for body in each_field(fields_of(major, route)):
        whole = merge(NEEDED.get(route, {}), body)
        response = client.post(f"/api{route}", json=whole, headers=AGENTS[major])
        assert response.status_code == 200, (whole, response.json)


@pytest.mark.parametrize(("major", "route"), ROUTES)
@pytest.mark.parametrize("operator", ["and_", "or_"])
def test_all_fields_are_taken_together(
    client: FlaskClient, major: str, route: str, operator: str
) -> None:
    fields = json.dumps(all_fields(fields_of(major, route))).replace('"and_"', f'"{operator}"')

    response = client.post(f"/api{route}", json=json.loads(fields), headers=AGENTS[major])

    assert response.status_code == 200, response.json


@pytest.mark.parametrize(("major", "route"), ROUTES)
def test_a_field_that_no_filter_has_is_refused_with_its_place(
    client: FlaskClient, major: str, route: str
) -> None:
    for name, kind in fields_of(major, route).items():
        if not isinstance(kind, dict):
            continue
        body = merge(NEEDED.get(route, {}), {name: {"colour": {"any_": ["red"]}}})
        response = client.post(f"/api{route}", json=body, headers=AGENTS[major])
        assert response.status_code == 422, body
        places = [detail["loc"] for detail in response.json["exception_detail"]]
        assert places == [["body", name, "colour"]]


def merge(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    merged = dict(one)
    for name, value in other.items():
        both = isinstance(value, dict) and isinstance(merged.get(name), dict)
        merged[name] = merge(merged[name], value) if both else value
    return merged
