"""The scheduler at work while somebody changes the schedules that it reads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

from flask import Flask

from headwater.deployments.loop import tick
from headwater.deployments.rules.plans import Bounds

Make = Callable[..., Any]
PLANNERS, EDITS = 2, 40


def test_whoever_comes_first_each_instant_has_one_run_of_the_last_edit(
    app: Flask, make_deployment: Make, list_runs: Make
) -> None:
    anchor = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    schedule = {"interval": 600, "anchor_date": anchor}
    made = make_deployment(schedules=[{"schedule": schedule}])
    edited = Event()

    def plan() -> None:
        with app.app_context():
            while not edited.is_set():
                tick(datetime.now(UTC), Bounds())

    def edit() -> None:
        client = app.test_client()
        for number in range(EDITS):
            new = {"schedule": schedule, "parameters": {"edit": number}}
            body = {"schedules": [new]}
            assert client.patch(f"/api/deployments/{made['id']}", json=body).status_code == 204

    with ThreadPoolExecutor(PLANNERS) as threads:
        planners = [threads.submit(plan) for _ in range(PLANNERS)]
        try:
            edit()
        finally:
            edited.set()
        for planner in planners:
            planner.result()
    tick(datetime.now(UTC), Bounds())

    runs = list_runs(limit=200)
    due = [run["expected_start_time"] for run in runs]
    assert len(set(due)) == len(due) >= 6
    assert all(run["parameters"] == {"edit": EDITS - 1} for run in runs)
