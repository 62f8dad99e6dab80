"""Deployments made through the API, as clients make them, and a scheduler that is told the time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from headwater.db.session import reading, write
from headwater.deployments.loop import tick
from headwater.deployments.rules.plans import Bounds
from headwater.runs.models import FlowRun

Make = Callable[..., Any]
_run = FlowRun.__table__
OLD = {"User-Agent": "prefect/2.20.27 (API 0.8.4)"}


@pytest.fixture
def flow(client: FlaskClient) -> Any:
    return client.post("/api/flows/", json={"name": "daily-etl", "labels": {"team": "data"}}).json


@pytest.fixture
def make_deployment(client: FlaskClient, flow: Any) -> Make:
    def make(old: bool = False, **body: Any) -> Any:
        whole = {"name": "nightly", "flow_id": flow["id"]} | body
        response = client.post("/api/deployments/", json=whole, headers=OLD if old else {})
        assert response.status_code in {200, 201}, response.json
        return response.json

    return make


@pytest.fixture
def read_deployment(client: FlaskClient) -> Make:
    return lambda one: client.get(f"/api/deployments/{one['id']}").json


@pytest.fixture
def list_runs(client: FlaskClient) -> Make:
    """Return all flow runs, the first due first."""

    def read(**filters: Any) -> Any:
        sort = "EXPECTED_START_TIME_ASC"
        return client.post("/api/flow_runs/filter", json={"sort": sort} | filters).json

    return read


@pytest.fixture
def schedule_all() -> Make:
    """Let the scheduler do what is due some time from now."""

    def run(later: timedelta = timedelta(), **bounds: Any) -> datetime | None:
        return tick(datetime.now(UTC) + later, Bounds(**bounds))

    return run


@pytest.fixture
def age() -> Make:
    """Make the scheduler's runs older, as if so much time had gone by."""

    def make_older(by: timedelta) -> None:
        names = ("next_scheduled_start_time", "expected_start_time", "skip_at")
        with reading() as session:
            rows = session.execute(select(_run.c.id, *(_run.c[name] for name in names))).all()
        for row in rows:
            older = {name: getattr(row, name) and getattr(row, name) - by for name in names}
            change = update(_run).where(_run.c.id == row.id).values(older)
            write(lambda session, change=change: session.execute(change))

    return make_older
