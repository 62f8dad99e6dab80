"""Counts of flow runs by state, which triggers keep: they are what counting the runs would give."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from headwater import clock
from headwater.db.base import db
from headwater.db.session import disconnect, reading
from headwater.runs.loop import counts
from headwater.runs.models import FlowRun, FlowRunCount
from tests.waiting import wait_until

Make = Callable[..., Any]


def kept(session: Session) -> Mapping[str, int]:
    found = session.execute(select(FlowRunCount.state_type, FlowRunCount.runs))
    totals: Counter[str] = Counter()
    for state_type, runs in found:
        totals[state_type] += runs
    return {kind: runs for kind, runs in totals.items() if runs}


def counted(session: Session) -> Mapping[str, int]:
    kind = func.coalesce(FlowRun.state_type, "")
    found = session.execute(select(kind, func.count()).group_by(kind)).all()
    return {row[0]: row[1] for row in found}


def count(client: FlaskClient, **flow_runs: Any) -> Any:
    body = {"flow_runs": flow_runs} if flow_runs else {}
    return client.post("/api/flow_runs/count", json=body).json


@pytest.fixture
def some_runs(make_run: Make, propose: Make) -> list[Any]:
    """One run without a state, and one to three in each of four."""
    runs = [make_run() for _ in range(8)]
    for run in runs[1:]:
        propose(run, "RUNNING", force=True)
    for run in runs[2:7]:
        propose(run, "COMPLETED")
    for run in runs[4:6]:
        propose(run, "FAILED", force=True)
    propose(runs[6], "CANCELLED", force=True)
    return runs


def test_runs_are_counted_by_the_type_of_their_state(
    client: FlaskClient, some_runs: list[Any]
) -> None:
    of = {kind: count(client, state={"type": {"any_": [kind]}}) for kind in ("RUNNING", "FAILED")}
    either = {"type": {"any_": ["FAILED", "COMPLETED", "FAILED"]}}

    assert count(client) == 8
    assert of == {"RUNNING": 2, "FAILED": 2}
    assert count(client, state=either) == 4
    assert count(client, state={"type": {"any_": []}}) == 0
    assert count(client, state={"type": {"not_any_": ["FAILED"]}}) == 6
    assert count(client, state=either | {"name": {"any_": ["Failed"]}}) == 2
    assert count(client, state=either, id={"any_": [some_runs[2]["id"]]}) == 1


def test_the_counts_follow_what_happens_to_runs(
    client: FlaskClient, session: Session, some_runs: list[Any]
) -> None:
    assert kept(session) == counted(session)

    removed = client.delete(f"/api/flow_runs/{some_runs[0]['id']}")
    assert removed.status_code == 204
    assert kept(session) == counted(session)

    ids = [run["id"] for run in some_runs[2:5]]
    client.post("/api/flow_runs/bulk_delete", json={"flow_runs": {"id": {"any_": ids}}})
    assert kept(session) == counted(session)
    assert count(client) == 4


def test_the_counts_follow_the_removal_of_a_flow(
    client: FlaskClient, session: Session, some_runs: list[Any], flow: Any
) -> None:
    other = client.post("/api/flows/", json={"name": "weekly"}).json
    client.post("/api/flow_runs/", json={"flow_id": other["id"], "state": {"type": "PENDING"}})

    client.delete(f"/api/flows/{flow['id']}")

    assert kept(session) == counted(session) == {"PENDING": 1}


def test_what_is_undone_is_not_counted(session: Session, some_runs: list[Any]) -> None:
    before = kept(session)
    with db.engine.connect() as connection:
        connection.execute(text("DELETE FROM flow_run"))
        connection.rollback()

    assert kept(session) == counted(session) == before


def test_one_counter_takes_over_from_connections_that_are_gone(some_runs: list[Any]) -> None:
    now = clock.now()
    disconnect()  # all that have counted so far

    def folded() -> bool:  # PostgreSQL takes a moment to let a connection go
        assert counts.tick(now) == now + counts.EVERY
        with reading() as session:
            assert kept(session) == counted(session)
            return set(session.scalars(select(FlowRunCount.counter))) == {0}

    wait_until(folded)


@pytest.mark.parametrize("name", ["added", "moved", "removed"])
def test_no_migration_has_lost_a_trigger(session: Session, name: str) -> None:
    catalog = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger",
    }[db.engine.dialect.name]

    assert f"flow_run_count_{name}" in session.execute(text(catalog)).scalars().all()
