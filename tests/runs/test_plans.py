"""How SQLite finds runs among many, and how many statements the reading routes take.

PostgreSQL goes by statistics, which a test's few rows have none of.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from headwater import clock
from headwater.db.base import db
from headwater.runs.loop import retention

Make = Callable[..., Any]
SOME = {"any_": [str(uuid4())]}
DAY = {"history_start": "2026-11-26T00:00:00Z", "history_end": "2026-11-27T00:00:00Z"}


@pytest.fixture
def asked(client: FlaskClient) -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        # What wakes others is sent after a commit, late.
        if statement.startswith("SELECT") and "pg_notify" not in statement:
            seen.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def plan(asked: list[tuple[str, Any]]) -> list[str]:
    statement, values = asked[0]
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    return [row.detail for row in rows]


@pytest.mark.parametrize(
    ("path", "body", "step"),
    [
        ("flow_runs/filter", {}, "COVERING INDEX ix_flow_run_name (workspace_id=?)"),
        ("flow_runs/filter", {"sort": "START_TIME_DESC"}, "INDEX ix_flow_run_begun"),
        (
            "flow_runs/filter",
            {"sort": "EXPECTED_START_TIME_DESC"},
            "COVERING INDEX ix_flow_run_history (workspace_id=?)",
        ),
        (
            "flow_runs/filter",
            {"flow_runs": {"name": {"like_": "x"}}},
            "COVERING INDEX ix_flow_run_name (workspace_id=?)",
        ),
        ("flow_runs/filter", {"flow_runs": {"id": SOME}}, "autoindex_flow_run_1 (id=?)"),
        (
            "flow_runs/filter",
            {"flow_runs": {"state": {"type": {"any_": ["CANCELLING"]}}}},
            "(workspace_id=? AND state_type=?)",
        ),
        (
            "flow_runs/filter",
            {"flow_runs": {"state": {"type": {"any_": ["PAUSED"]}}}, "sort": "START_TIME_DESC"},
            "(workspace_id=? AND state_type=?)",
        ),
        ("flow_runs/filter", {"flow_runs": {"parent_task_run_id": SOME}}, "parent_task_run_id=?"),
        ("flow_runs/filter", {"flow_runs": {"parent_flow_run_id": SOME}}, "parent_task_run_id=?"),
        ("flow_runs/filter", {"flow_runs": {"deployment_id": SOME}}, "(deployment_id=?)"),
        ("flow_runs/filter", {"deployments": {"id": SOME}}, "(deployment_id=?)"),
        ("flow_runs/filter", {"work_pools": {"name": {"any_": ["x"]}}}, "(work_queue_id=?)"),
        ("flow_runs/filter", {"flows": {"id": SOME}}, "INDEX ix_flow_run_flow_id_id (flow_id=?)"),
        (
            "flow_runs/filter",
            {"flows": {"id": SOME}, "sort": "EXPECTED_START_TIME_DESC"},
            "COVERING INDEX ix_flow_run_of_flow (flow_id=?)",
        ),
        ("flow_runs/count", {"flows": {"id": SOME}}, "COVERING INDEX ix_flow_run_of_flow"),
        (
            "flow_runs/filter",
            {"flows": {"name": {"any_": ["x"]}}, "sort": "START_TIME_DESC"},
            "COVERING INDEX ix_flow_run_of_flow (flow_id=?)",
        ),
        (
            "flow_runs/filter",
            {
                "flow_runs": {"start_time": {"after_": "2026-11-26T00:00:00Z"}},
                "sort": "START_TIME_DESC",
            },
            "INDEX ix_flow_run_begun (workspace_id=? AND <expr>>?)",
        ),
        (
            "flow_runs/count",
            {"flow_runs": {"state": {"type": {"not_any_": ["FAILED"]}}}},
            "COVERING INDEX",
        ),
        ("flow_runs/count", {}, "SEARCH flow_run_count USING INDEX sqlite_autoindex"),
        (
            "flow_runs/count",
            {"flow_runs": {"state": {"type": {"any_": ["FAILED"]}}}},
            "SEARCH flow_run_count USING INDEX sqlite_autoindex",
        ),
        (
            "flow_runs/history",
            DAY | {"history_interval_seconds": 3600},
            "COVERING INDEX ix_flow_run_history (workspace_id=? AND expected_start_time>?",
        ),
        ("task_runs/filter", {}, "SCAN task_run USING INDEX sqlite_autoindex_task_run_1"),
        ("task_runs/filter", {"flow_runs": {"id": SOME}}, "(flow_run_id=?)"),
        ("task_runs/filter", {"task_runs": {"flow_run_id": SOME}}, "(flow_run_id=?)"),
        ("task_runs/count", {"flow_runs": {"id": SOME}}, "(flow_run_id=?)"),
    ],
)
def test_sqlite_finds_runs_by_an_index(
    client: FlaskClient, asked: list[tuple[str, Any]], path: str, body: Any, step: str
) -> None:
    response = client.post(f"/api/{path}", json=body)

    assert response.status_code == 200
    if db.engine.dialect.name == "sqlite":
        steps = plan(asked)
        assert any(step in one for one in steps), steps


@pytest.mark.parametrize(
    ("method", "path", "body", "most"),
    [
        ("POST", "flows/paginate", {}, 2),
        ("POST", "flow_runs/paginate", {}, 2),
        ("POST", "task_runs/paginate", {}, 2),
        ("POST", "flow_runs/history", DAY | {"history_interval_seconds": 60}, 1),
        ("POST", "task_runs/history", DAY | {"history_interval_seconds": 60}, 1),
        ("POST", "flow_runs/lateness", {}, 1),
        ("POST", "ui/flow_runs/history", {}, 1),
        ("POST", "ui/task_runs/count", {}, 1),
        ("GET", "flow_runs/{run}/graph", None, 2),
        ("GET", "flow_runs/{run}/graph-v2", None, 4),
        ("GET", "flow_runs/{run}/logs/download", None, 2),
        ("GET", "observed-states", None, 1),
    ],
)
def test_a_read_takes_the_same_statements_whatever_there_is(
    client: FlaskClient,
    make_run: Make,
    make_task_run: Make,
    asked: list[tuple[str, Any]],
    method: str,
    path: str,
    body: Any,
    most: int,
) -> None:
    run = make_run()
    for number in range(5):
        task = make_task_run(flow_run_id=run["id"], dynamic_key=str(number))
        make_run(parent_task_run_id=task["id"])
    asked.clear()

    path = path.format(run=run["id"])
    with client.open(f"/api/{path}", method=method, json=body) as response:
        assert response.status_code == 200

    assert len(asked) <= most, asked


def test_sqlite_finds_what_is_old_by_an_index(client: FlaskClient, asked: list[Any]) -> None:
    retention.tick(clock.now(), runs=timedelta(days=7), logs=None)

    if db.engine.dialect.name == "sqlite":
        index = "(workspace_id=? AND state_type=? AND expected_start_time<?)"
        assert any(index in step for step in plan(asked)), plan(asked)
