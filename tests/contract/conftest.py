"""A server with something of everything in it, and what each of its answers must be."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import Select, func, select
from werkzeug.test import TestResponse

from headwater.db.base import db

TABLES = [table for table in db.metadata.sorted_tables if table.name != "configuration"]
CUPS = "/api/block_types/slug/cup/block_documents"
NOBODY = "00000000-0000-0000-0000-000000000001"
MUG = {"name": "mug", "data": {"size": 1}}


@dataclass(frozen=True)
class World:
    """*ids* are those of what is there, by the first word of its path; *named* are path words."""

    ids: dict[str, str]
    named: dict[str, str]
    body: dict[str, Any]  # values of fields that refer to something


@dataclass
class Edge:
    """Sends anything, and holds what comes back to what any answer must be."""

    client: FlaskClient
    make_world: Callable[[], World]

    @cached_property
    def world(self) -> World:
        """What is there, made when it is needed first; it may be set anew."""
        return self.make_world()

    def address(self, path: str) -> str:
        """Return a path of the document as that of something that is there, if it is known."""
        words = self.world.named | {"id": self.world.ids.get(path.split("/")[1], NOBODY)}
        words |= {"lease_id": NOBODY, "delivery_id": NOBODY, "schedule_id": NOBODY}
        return "/api" + path.format_map(defaultdict(lambda: "x", words))

    def empties(self, path: str) -> bool:
        """Say whether a route may take away what is there, and is no DELETE."""
        return "bulk" in path or path.startswith("/admin/database/")

    def send(self, method: str, path: str, **arguments: Any) -> TestResponse:
        before = count_rows()
        response = self.client.open(path, method=method, **arguments)
        assert response.status_code < 500, response.get_data(as_text=True)
        if response.status_code >= 400:
            assert_says_why(response)
            assert count_rows() == before, "a refused request left rows"
        return response


def count_rows() -> dict[str, int]:
    counts: Select[Any] = select(
        *(select(func.count()).select_from(table).scalar_subquery() for table in TABLES)
    )
    with db.engine.connect() as connection:
        found = connection.execute(counts).one()
    return dict(zip([table.name for table in TABLES], found, strict=True))


def assert_says_why(response: TestResponse) -> None:
    """A refusal names its reason, and that of a field names the field."""
    body = response.json
    assert isinstance(body, dict), response.get_data()
    if "exception_detail" not in body:
        assert body.get("detail") or body.get("exception_message") or body.get("error"), body
        return
    assert body["exception_message"] == "Invalid request received."
    assert body["exception_detail"]
    for detail in body["exception_detail"]:
        assert detail["loc"][0] in ("body", "query")
        assert detail["msg"]
        assert detail["type"]


@pytest.fixture
def make_world(client: FlaskClient) -> Callable[[], World]:
    """Make something of everything, through the API."""

    def post(path: str, body: Any) -> Any:
        response = client.post(f"/api/{path}", json=body)
        assert response.status_code in (200, 201), response.json
        return response.json

    def make_queue() -> Any:
        """Make a pool with a queue and a worker of one name, unless it is there."""
        if client.get("/api/work_pools/etl").status_code == 404:
            post("work_pools/", {"name": "etl", "type": "process", "concurrency_limit": 5})
        if client.get("/api/work_pools/etl/queues/etl").status_code == 404:
            post("work_pools/etl/queues", {"name": "etl"})
        client.post("/api/work_pools/etl/workers/heartbeat", json={"name": "etl"})
        return client.get("/api/work_pools/etl/queues/etl").json["id"]

    def make() -> World:
        flow = post("flows/", {"name": "etl"})["id"]
        run = post("flow_runs/", {"flow_id": flow, "parameters": {"x": [1]}})["id"]
        keys = {"task_key": "extract", "dynamic_key": "0"}
        task = post("task_runs/", {"flow_run_id": run} | keys)["id"]
        post(f"flow_runs/{run}/input", {"key": "answer", "value": "42"})
        line = {"name": "x", "level": 20, "message": "began", "timestamp": "2026-01-01T00:00:00Z"}
        post("logs/", [line | {"flow_run_id": run, "task_run_id": task}])
        block = client.get("/api/block_types/slug/cup").json.get("id")
        block = block or post("block_types/", {"name": "Cup", "slug": "cup"})["id"]
        fields = {"title": "Cup", "type": "object", "properties": {"size": {"type": "integer"}}}
        schema = post("block_schemas/", {"block_type_id": block, "fields": fields})
        of_block = {"block_type_id": block, "block_schema_id": schema["id"]}
        document = client.get(f"{CUPS}/name/mug").json.get("id")
        document = document or post("block_documents/", of_block | MUG)["id"]
        policy = {"state_names": [], "tags": ["x"], "block_document_id": document}
        path = "flow_run_notification_policies"
        automation = {"name": "a", "trigger": {"posture": "Reactive"}, "actions": []}
        ids = {
            "flows": flow,
            "flow_runs": run,
            "task_runs": task,
            "block_types": block,
            "block_schemas": schema["id"],
            "block_documents": document,
            path: post(f"{path}/", policy)["id"],
            "variables": client.get("/api/variables/name/etl").json.get("id")
            or post("variables/", {"name": "etl", "value": 1})["id"],
            "automations": post("automations/", automation)["id"],
            "artifacts": post("artifacts/", {"key": "answer", "flow_run_id": run})["id"],
            "saved_searches": client.put("/api/saved_searches/", json={"name": "etl"}).json["id"],
            "work_queues": make_queue(),
        }
        ids |= {
            f"{kind}_states": client.get(f"/api/{kind}_states/?{kind}_id={ids[f'{kind}s']}").json[
                0
            ]["id"]
            for kind in ("flow_run", "task_run")
        }
        named = {"slug": "cup", "block_document_name": "mug", "checksum": schema["checksum"]}
        named |= {
            "name": "etl",
            "work_pool_name": "etl",
            "key": "answer",
            "reference": "mug",
            "run_id": task,
        }
        named |= {"countable": "time", "resource_id": "x", "view": "x"}
        body = {
            "flow_id": flow,
            "flow_run_id": run,
            "task_run_id": task,
            "parent_task_run_id": task,
        }
        return World(ids, named, body | of_block | {"block_document_id": document})

    return make


@pytest.fixture
def edge(client: FlaskClient, make_world: Callable[[], World]) -> Iterator[Edge]:
    return Edge(client, make_world)


@pytest.fixture
def first_place() -> Callable[[TestResponse], list[Any]]:
    """Return what says where a body that is refused is wrong first."""

    def find(response: TestResponse) -> list[Any]:
        assert response.status_code == 422, response.json
        place: list[Any] = response.json["exception_detail"][0]["loc"]
        return place

    return find


@pytest.fixture(scope="session")
def examples(request: pytest.FixtureRequest) -> Callable[[int], settings]:
    """Give a number of examples, the same at each run; the long profile has its own, and others."""
    if request.config.getoption("--hypothesis-profile") == "long":
        return lambda _: settings()
    checks = list(HealthCheck)
    return lambda count: settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=checks,
    )


@pytest.fixture(scope="session")
def openapi(app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(app.test_client().get("/api/openapi.json").get_data())
    return found
