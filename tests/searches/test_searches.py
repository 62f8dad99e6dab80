"""Saved searches over the wire."""

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

FILTER = {"object": "flow_run", "property": "name", "type": "string", "operation": "equals"}
FILTER |= {"value": ["x", 1]}


def save(client: FlaskClient, name: str, status: int, **more: Any) -> Any:
    response = client.put("/api/saved_searches/", json={"name": name, **more})
    assert response.status_code == status, response.json
    return response.json


def test_a_search_is_saved_once_under_its_name(client: FlaskClient) -> None:
    made = save(client, "a/b", 201, filters=[FILTER])
    assert client.get(f"/api/saved_searches/{made['id']}").json == made

    again = save(client, "a/b", 200)

    assert made["filters"] == [FILTER]
    assert (again["id"], again["created"], again["filters"]) == (made["id"], made["created"], [])


def test_searches_come_by_name_and_by_pages(client: FlaskClient) -> None:
    for name in ("b", "c", "a"):
        save(client, name, 201)

    found = client.post("/api/saved_searches/filter", json={"limit": 2, "offset": 1}).json

    assert [one["name"] for one in found] == ["b", "c"]


def test_a_search_is_deleted(client: FlaskClient) -> None:
    address = f"/api/saved_searches/{save(client, 'a', 201)['id']}"

    assert client.delete(address).status_code == 204

    for method in ("GET", "DELETE"):
        response = client.open(address, method=method)
        assert (response.status_code, response.json) == (404, {"detail": "Saved search not found"})
    assert client.get(f"/api/saved_searches/{UUID(int=1)}").status_code == 404


@pytest.mark.parametrize("missing", FILTER)
def test_a_filter_is_whole(client: FlaskClient, missing: str) -> None:
    part = {name: value for name, value in FILTER.items() if name != missing}

    response = client.put("/api/saved_searches/", json={"name": "a", "filters": [part]})

    assert response.status_code == 422
    assert response.json["exception_detail"][0]["loc"] == ["body", "filters", 0, missing]


def test_searches_are_put_and_not_posted(client: FlaskClient) -> None:
    assert client.post("/api/saved_searches/", json={"name": "a"}).status_code == 405
