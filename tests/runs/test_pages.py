"""Pages by number, with the count of all."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

Make = Callable[..., Any]


@pytest.fixture
def rows(client: FlaskClient, make_run: Make, make_task_run: Make) -> None:
    """Three flows, three runs, three task runs, named a to c."""
    for name in "abc":
        client.post("/api/flows/", json={"name": name})
        run = make_run(name=name)
        make_task_run(name=name, flow_run_id=run["id"])


@pytest.mark.parametrize(("kind", "count"), [("flows", 4), ("flow_runs", 3), ("task_runs", 3)])
@pytest.mark.usefixtures("rows")
def test_pages_follow_one_another_and_tell_of_all(
    client: FlaskClient, kind: str, count: int
) -> None:
    def read(page: int) -> Any:
        body = {"limit": 2, "page": page, "sort": "NAME_ASC"}
        return client.post(f"/api/{kind}/paginate", json=body).json

    pages = [read(number) for number in (1, 2, 3)]

    names = [row["name"] for page in pages for row in page["results"]]
    assert names == ["a", "b", "c", "daily-etl"][:count]
    assert [page["page"] for page in pages] == [1, 2, 3]
    assert {(page["count"], page["limit"], page["pages"]) for page in pages} == {(count, 2, 2)}


@pytest.mark.parametrize(("kind", "count"), [("flows", 4), ("flow_runs", 3), ("task_runs", 3)])
@pytest.mark.usefixtures("rows")
def test_a_page_of_none_still_counts(client: FlaskClient, kind: str, count: int) -> None:
    response = client.post(f"/api/{kind}/paginate", json={"limit": 0})

    assert response.status_code == 200
    assert response.json == {"results": [], "count": count, "limit": 0, "pages": 0, "page": 1}


@pytest.mark.usefixtures("rows")
def test_a_page_counts_what_its_filter_meets(client: FlaskClient) -> None:
    body = {"flow_runs": {"name": {"any_": ["a", "c"]}}, "limit": 1}

    page = client.post("/api/flow_runs/paginate", json=body).json

    assert (page["count"], page["pages"], len(page["results"])) == (2, 2, 1)


@pytest.mark.parametrize("kind", ["flows", "flow_runs", "task_runs"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"page": 0}, 422),
        ({"page": 10**12}, 200),
        ({"page": 2**63}, 422),
        ({"limit": -1}, 422),
        ({"limit": 201}, 422),
        ({"offset": 1}, 200),
    ],
)
def test_page_numbers_have_their_limits(
    client: FlaskClient, kind: str, body: Any, status: int
) -> None:
    assert client.post(f"/api/{kind}/paginate", json=body).status_code == status
