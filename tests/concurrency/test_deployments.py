"""A deployment's limit over the wire, from the deployment to its runs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from headwater.concurrency.models import ConcurrencyLease
from headwater.db.base import db
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


@pytest.fixture
def keep_leases() -> Iterator[Callable[[], None]]:
    """Let the database refuse to give back what is leased."""

    def keep() -> None:
        with db.engine.begin() as connection:
            kind = ConcurrencyLease.__table__.c.id.type.compile(connection.dialect)
            table = f"keeper (lease_id {kind} REFERENCES concurrency_lease (id))"
            connection.exec_driver_sql(f"CREATE TABLE {table}")
            connection.exec_driver_sql("INSERT INTO keeper SELECT id FROM concurrency_lease")

    yield keep
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE keeper")


@pytest.mark.parametrize("end", ["COMPLETED", "FAILED", "CANCELLED", "CRASHED"])
def test_a_run_stays_as_it_was_when_its_slot_cannot_be_given_back(
    limits: Limits, flow: Any, client: FlaskClient, keep_leases: Callable[[], None], end: str
) -> None:
    body = {"name": "nightly", "flow_id": flow["id"], "concurrency_limit": 1}
    holder = run(limits, limits.post("deployments/", body, 201))
    taken = propose(limits, holder, "PENDING")
    keep_leases()

    response = client.post(
        f"/api/flow_runs/{holder['id']}/set_state", json={"state": {"type": end}}
    )

    assert response.status_code == 409
    assert limits.get(f"flow_runs/{holder['id']}")["state"]["id"] == taken["state"]["id"]
    assert limits.active(f"deployment:{holder['deployment_id']}") == 1


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
