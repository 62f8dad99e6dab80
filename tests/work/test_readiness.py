"""Deployments are ready while somebody asks their queue for runs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from headwater.deployments.loop import look_for_unasked


@pytest.fixture
def deployment(work) -> Any:
    work.add_pool()
    work.add_queue("fast")
    flow = work.post("flows/", {"name": "etl"}, 201)["id"]
    place = {"work_pool_name": "farm", "work_queue_name": "fast"}
    return work.post("deployments/", {"name": "d", "flow_id": flow} | place, 201)


def status(work, deployment: Any) -> str:
    found: str = work.get(f"deployments/{deployment['id']}")["status"]
    return found


def test_a_poll_of_its_queue_makes_a_deployment_ready(work, deployment, events):
    work.post("work_pools/farm/get_scheduled_flow_runs", {"work_queue_names": ["default"]})
    assert status(work, deployment) == "NOT_READY"
    before = len(events())

    work.post("work_pools/farm/get_scheduled_flow_runs", {})

    assert status(work, deployment) == "READY"
    told = [e.event for e in events()[before:]]
    assert told == ["prefect.work-queue.ready", "prefect.deployment.ready"]


def test_a_deployment_that_nobody_asks_for_a_minute_is_not_ready(work, deployment, events):
    work.post("work_pools/farm/get_scheduled_flow_runs", {})
    before, now = len(events()), datetime.now(UTC)

    look_for_unasked(now + timedelta(seconds=55))
    assert status(work, deployment) == "READY"
    wanted = look_for_unasked(now + timedelta(seconds=62))
    look_for_unasked(now + timedelta(seconds=63))

    assert status(work, deployment) == "NOT_READY"
    assert [e.event for e in events()[before:]] == ["prefect.deployment.not-ready"]
    assert wanted == now + timedelta(seconds=77)


def test_runs_of_a_deployment_are_handed_out(work, deployment):
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2026-01-01T00:00:00Z"}}
    run = work.post(f"deployments/{deployment['id']}/create_flow_run", {"state": state}, 201)

    (given,) = work.post("work_pools/farm/get_scheduled_flow_runs", {})

    assert given["flow_run"]["id"] == run["id"]
    assert given["work_queue_id"] == deployment["work_queue_id"]
    work.delete("work_pools/farm")
    detached = work.get(f"deployments/{deployment['id']}")
    assert detached["work_queue_id"] is detached["work_pool_name"] is None
