"""A deployment's limit over the wire, from the deployment to its runs."""

from typing import Any

import pytest

from tests.concurrency.conftest import Limits


@pytest.fixture
def flow(limits: Limits) -> Any:
    return limits.post("flows/", {"name": "etl"}, 201)


def run(limits: Limits, deployment: Any) -> Any:
    return limits.post(f"deployments/{deployment['id']}/create_flow_run", {}, 201)


def propose(limits: Limits, flow_run: Any, kind: str, status: int = 201) -> Any:
    body = {"state": {"type": kind}}
    return limits.post(f"flow_runs/{flow_run['id']}/set_state", body, status)


@pytest.mark.parametrize(
    ("strategy", "name"),
    [(None, "AwaitingConcurrencySlot"), ("CANCEL_NEW", "Cancelled")],
)
def test_runs_of_a_deployment_are_held_to_its_limit(
    limits: Limits, flow: Any, strategy: str | None, name: str
) -> None:
    options = strategy and {"collision_strategy": strategy}
    body = {"name": "nightly", "flow_id": flow["id"], "concurrency_limit": 1}
    deployment = limits.post("deployments/", body | {"concurrency_options": options}, 201)
    first, second = run(limits, deployment), run(limits, deployment)

    taken = propose(limits, first, "PENDING")
    refused = propose(limits, second, "PENDING")

    lease = taken["state"]["state_details"]["deployment_concurrency_lease_id"]
    assert (taken["status"], refused["status"]) == ("ACCEPT", "REJECT")
    assert refused["state"]["name"] == name
    limits.renew({"lease_id": lease}, lease_duration=300)
    shown = limits.get(f"deployments/{deployment['id']}")["global_concurrency_limit"]
    assert (shown["limit"], shown["active_slots"]) == (1, 1)
    propose(limits, first, "COMPLETED")
    assert limits.active(f"deployment:{deployment['id']}") == 0
    limits.renew({"lease_id": lease}, 410)


def test_deployments_share_a_limit_that_they_are_linked_to(limits: Limits, flow: Any) -> None:
    shared = limits.add("warehouse", 1)
    made = [
        limits.post(
            "deployments/",
            {
                "name": name,
                "flow_id": flow["id"],
                "global_concurrency_limit_id": shared["id"],
            },
            201,
        )
        for name in ("nightly", "hourly")
    ]
    nightly, hourly = (run(limits, deployment) for deployment in made)

    propose(limits, nightly, "PENDING")

    assert propose(limits, hourly, "PENDING")["state"]["name"] == "AwaitingConcurrencySlot"
    limits.delete(f"deployments/{made[0]['id']}")
    assert limits.read("warehouse")["limit"] == 1
