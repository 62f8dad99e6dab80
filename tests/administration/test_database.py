"""2.20's routes that empty the database: what goes, what stays, and who else may work meanwhile."""

from collections.abc import Callable, Iterator
from queue import Queue
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.administration.service import CLEARED
from headwater.blocks.service.builtins import BUILT_IN
from headwater.db.base import db
from headwater.ids import uuid7
from tests.wire import Api

ROUTES = ["clear", "drop", "create"]
EMPTYING = ["clear", "drop"]
SECONDS = 60


@pytest.fixture
def api(client: FlaskClient) -> Api:
    return Api(client)


def confirm(api: Api, what: str) -> None:
    api.post(f"admin/database/{what}", {"confirm": True}, 204)


def count_rows() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in db.metadata.sorted_tables
            if "workspace_id" in table.c
        }


def fill(api: Api) -> None:
    """Make rows that refer to one another in all ways there are."""

    def make(path: str, body: Any) -> Any:
        response = api.client.post(f"/api/{path}", json=body)
        assert response.status_code in (200, 201), response.text
        return response.json

    flow = make("flows/", {"name": "etl"})["id"]
    make("work_pools/", {"name": "farm", "type": "process"})
    deployment = {"name": "nightly", "flow_id": flow, "work_pool_name": "farm"}
    deployment |= {"schedules": [{"schedule": {"interval": 60}}], "concurrency_limit": 2}
    nightly = make("deployments/", deployment)["id"]
    make(f"deployments/{nightly}/create_flow_run", {})
    running = {"flow_id": flow, "state": {"type": "RUNNING"}}
    run = make("flow_runs/", running)["id"]
    keys = {"task_key": "extract", "dynamic_key": "0", "tags": ["db"]}
    make("concurrency_limits/", {"tag": "db", "concurrency_limit": 1})
    task = make("task_runs/", {"flow_run_id": run} | keys)["id"]
    for kind in ("RUNNING", "COMPLETED"):
        state = {"type": kind, "state_details": {"cache_key": "x"}}
        make(f"task_runs/{task}/set_state", {"state": state})
    line = {"name": "x", "level": 20, "message": "began", "timestamp": "2026-01-01T00:00:00Z"}
    make("logs/", [line | {"flow_run_id": run, "task_run_id": task}])
    make("variables/", {"name": "region", "value": "eu"})
    make("artifacts/", {"key": "answer", "flow_run_id": run})
    kind = make("block_types/", {"name": "Shelf", "slug": "shelf"})["id"]
    schema = {"block_type_id": kind, "capabilities": ["read-path", "write-path"], "fields": {}}
    known = {"block_type_id": kind}
    known["block_schema_id"] = make("block_schemas/", schema)["id"]
    block = make("block_documents/", known | {"name": "mine", "data": {}})["id"]
    api.ask("PUT", "admin/storage", 200, {"default_result_storage_block_id": block})


@pytest.mark.parametrize("what", EMPTYING)
def test_what_clients_made_is_gone(
    api: Api, what: str, events: Callable[[], list[SimpleNamespace]]
) -> None:
    fill(api)
    before = events()[-1].position

    confirm(api, what)

    left = {name: rows for name, rows in count_rows().items() if rows}
    assert left.keys() == {"event", "block_type", "block_schema"}
    (told,) = events()
    assert (told.event, told.resource_id) == (CLEARED, f"headwater.workspace.{DEFAULT_WORKSPACE}")
    assert told.position > before  # else who reads the log takes what comes next for known
    assert api.get("admin/storage") == {"default_result_storage_block_id": None}


@pytest.mark.parametrize("what", ROUTES)
def test_what_a_new_server_has_is_there_after(api: Api, what: str) -> None:
    confirm(api, what)

    slugs = {one["slug"] for one in api.post("block_types/filter", {"limit": 200})}
    assert slugs >= {definition.slug for definition in BUILT_IN} | {"slack-webhook"}


def test_to_create_takes_nothing_away_and_makes_nothing_twice(api: Api) -> None:
    fill(api)
    confirm(api, "create")
    once = count_rows()

    confirm(api, "create")

    assert count_rows() == once
    assert once["flow_run"] == 2


@pytest.mark.parametrize("what", EMPTYING)
def test_the_server_works_on(api: Api, what: str) -> None:
    fill(api)
    confirm(api, what)
    confirm(api, what)

    fill(api)

    assert api.post("flow_runs/count", {}) == 2


@pytest.mark.parametrize("body", [None, {"confirm": False}])
@pytest.mark.parametrize("what", ROUTES)
def test_without_a_confirmation_nothing_is_done(api: Api, what: str, body: Any) -> None:
    fill(api)
    before = count_rows()

    refused = api.ask("POST", f"admin/database/{what}", 400, body)

    assert refused == {"detail": 'Nothing was done: this wants {"confirm": true}.'}
    assert count_rows() == before


@pytest.mark.parametrize("confirmed", ["perhaps", None, [True], 2])
def test_a_confirmation_that_is_none_is_refused_by_its_field(api: Api, confirmed: Any) -> None:
    refused = api.post("admin/database/clear", {"confirm": confirmed}, 422)

    assert refused["exception_detail"][0]["loc"] == ["body", "confirm"]


def test_another_workspace_keeps_what_it_has(api: Api) -> None:
    flow = db.metadata.tables["flow"]
    api.client.post("/api/flows/", json={"name": "etl"})
    with db.engine.begin() as connection:
        connection.execute(flow.update().values(workspace_id=uuid7()))

    confirm(api, "clear")

    assert count_rows()["flow"] == 1


@pytest.fixture
def answers(app: Flask, client: FlaskClient) -> Iterator[Queue[int]]:
    """What clients are answered that make runs all the while."""
    answered: Queue[int] = Queue()
    ended = Event()

    def make_runs() -> None:
        own = app.test_client()

        def post(path: str, body: Any) -> TestResponse:
            response = own.post(f"/api/{path}", json=body)
            answered.put(response.status_code)
            return response

        while not ended.is_set():
            flow = post("flows/", {"name": "etl"})
            run = post("flow_runs/", {"flow_id": flow.json["id"], "state": {"type": "RUNNING"}})
            if run.status_code < 300:
                state = {"state": {"type": "COMPLETED"}}
                post(f"flow_runs/{run.json['id']}/set_state", state)

    threads = [Thread(target=make_runs) for _ in range(3)]
    for thread in threads:
        thread.start()
    yield answered
    ended.set()
    for thread in threads:
        thread.join(SECONDS)


def test_clients_that_work_meanwhile_find_what_they_named_or_not(
    api: Api, answers: Queue[int]
) -> None:
    seen = set()
    for _ in range(4):
        confirm(api, "clear")
        seen |= {answers.get(timeout=SECONDS) for _ in range(9)}

    assert seen <= {200, 201, 404, 409}
