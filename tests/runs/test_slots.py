"""Slots of deployments' limits on both databases: taken, kept, given back and waited for."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from headwater.access.models import DEFAULT_WORKSPACE
from headwater.concurrency.models import ConcurrencyLease
from headwater.concurrency.service import limits
from headwater.concurrency.service import slots as slot_service
from headwater.deployments.models import Deployment
from headwater.runs.models import Flow, FlowRun
from headwater.runs.schemas.flow_runs import FlowRunCreate
from headwater.runs.schemas.states import StateCreate, StateType
from headwater.runs.service.flow_runs import create_flow_run, set_flow_run_state
from headwater.runs.service.removals import delete_flow_run

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
OLD = (3, 4, 10)  # clients that renew no lease


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def columns(**more: Any) -> dict[str, Any]:
    common = {"id": uuid4(), "workspace_id": DEFAULT_WORKSPACE, "created": NOW, "updated": NOW}
    return common | more


class Nightly:
    """A deployment with a limit, and its runs."""

    def __init__(self, session: Session, limit: int | None, options: Any) -> None:
        self.session = session
        flow = columns(name="etl", tags=[], labels={})
        session.execute(insert(Flow), [flow])
        self.flow_id, self.id = flow["id"], uuid4()
        self.limit_id = limits.set_for_deployment(
            session, DEFAULT_WORKSPACE, self.id, limit, now=NOW
        )
        row = columns(flow_id=self.flow_id, name="nightly", paused=False, status="READY")
        row |= {"id": self.id, "concurrency_limit_id": self.limit_id, "tags": [], "labels": {}}
        row |= {"parameters": {}, "enforce_parameter_schema": False, "job_variables": {}}
        session.execute(insert(Deployment), [row | {"concurrency_options": options}])

    def schedule(self, seconds: float = 0) -> UUID:
        new = FlowRunCreate(
            flow_id=self.flow_id,
            deployment_id=self.id,
            state=StateCreate(type=StateType.SCHEDULED),
        )
        run, _ = create_flow_run(self.session, DEFAULT_WORKSPACE, new, now=at(seconds))
        made: UUID = run["id"]
        return made

    def propose(
        self, run: UUID, kind: str, seconds: float = 0, *, name: str | None = None, **how: Any
    ) -> Any:
        """Return the answer's status and the state that the run is in."""
        proposed = StateCreate(type=StateType(kind), name=name)
        decision, state = set_flow_run_state(
            self.session, DEFAULT_WORKSPACE, run, proposed, now=at(seconds), **how
        )
        assert state is not None
        return str(decision.status), state["name"]

    def active(self, seconds: float = 0) -> int:
        assert self.limit_id is not None
        return limits.get(
            self.session, DEFAULT_WORKSPACE, self.limit_id, now=at(seconds)
        ).active_slots

    def lease_of(self, run: UUID) -> Any:
        table = ConcurrencyLease.__table__
        wanted = select(table).where(table.c.holder_id == run)
        return self.session.execute(wanted).one_or_none()


Make = Callable[..., Nightly]


@pytest.fixture
def nightly(session: Session) -> Make:
    return lambda limit=1, options=None: Nightly(session, limit, options)


def test_a_run_waits_until_another_of_its_deployment_ends(nightly: Make) -> None:
    deployment = nightly(1)
    first, second = deployment.schedule(), deployment.schedule()

    assert deployment.propose(first, "PENDING") == ("ACCEPT", "Pending")
    assert deployment.propose(second, "PENDING") == ("REJECT", "AwaitingConcurrencySlot")
    assert deployment.active() == 1
    deployment.propose(first, "RUNNING", 1)
    assert deployment.propose(first, "COMPLETED", 2) == ("ACCEPT", "Completed")

    assert deployment.active(2) == 0
    assert deployment.propose(second, "PENDING", 40) == ("ACCEPT", "Pending")


def test_a_run_is_cancelled_where_new_ones_are(nightly: Make) -> None:
    deployment = nightly(1, {"collision_strategy": "CANCEL_NEW"})
    first, second, late = (deployment.schedule() for _ in range(3))
    deployment.propose(first, "PENDING")

    assert deployment.propose(second, "PENDING") == ("REJECT", "Cancelled")
    assert deployment.propose(late, "SCHEDULED", 16, name="Late") == ("REJECT", "Cancelled")


def test_a_deployment_without_a_limit_lets_all_run(nightly: Make) -> None:
    deployment = nightly(None)

    for _ in range(3):
        assert deployment.propose(deployment.schedule(), "PENDING") == ("ACCEPT", "Pending")


def test_a_limit_that_is_switched_off_lets_all_run(session: Session, nightly: Make) -> None:
    deployment = nightly(1)
    off = limits.LimitUpdate(active=False)
    limits.update(session, DEFAULT_WORKSPACE, deployment.limit_id, off, now=NOW)

    for _ in range(2):
        assert deployment.propose(deployment.schedule(), "PENDING") == ("ACCEPT", "Pending")


def test_a_limit_whose_slots_decay_is_a_rate_of_runs(session: Session, nightly: Make) -> None:
    deployment = nightly(1)
    rate = limits.LimitUpdate(slot_decay_per_second=0.01)
    limits.update(session, DEFAULT_WORKSPACE, deployment.limit_id, rate, now=NOW)
    first, second = deployment.schedule(), deployment.schedule()

    assert deployment.propose(first, "PENDING") == ("ACCEPT", "Pending")
    assert deployment.propose(second, "PENDING", 50) == ("REJECT", "AwaitingConcurrencySlot")
    assert deployment.propose(second, "PENDING", 101) == ("ACCEPT", "Pending")


def test_a_run_of_a_deployment_that_is_gone_is_not_taken(session: Session, nightly: Make) -> None:
    deployment = nightly(None)
    run = deployment.schedule()
    session.execute(Deployment.__table__.delete())

    assert deployment.propose(run, "PENDING")[0] == "ABORT"
    assert deployment.propose(run, "RUNNING")[0] == "ACCEPT"


@pytest.mark.parametrize("end", ["COMPLETED", "FAILED", "CRASHED", "CANCELLED", "PAUSED"])
@pytest.mark.parametrize("force", [False, True])
def test_the_slot_comes_back_whatever_ends_the_run(nightly: Make, end: str, force: bool) -> None:
    deployment = nightly(1)
    run = deployment.schedule()
    deployment.propose(run, "PENDING")
    deployment.propose(run, "RUNNING", 1)

    deployment.propose(run, end, 2, force=force)

    assert deployment.active(2) == 0
    assert deployment.lease_of(run) is None


def test_a_run_that_is_cancelled_holds_its_slot_until_it_is_stopped(nightly: Make) -> None:
    deployment = nightly(1)
    run = deployment.schedule()
    deployment.propose(run, "PENDING")
    deployment.propose(run, "RUNNING", 1)

    deployment.propose(run, "CANCELLING", 2)
    assert deployment.active(2) == 1
    deployment.propose(run, "CANCELLED", 3)

    assert deployment.active(3) == 0


def test_the_lease_lives_for_the_grace_period_of_the_deployment(nightly: Make) -> None:
    deployment = nightly(1, {"collision_strategy": "ENQUEUE", "grace_period_seconds": 60})
    run = deployment.schedule()
    deployment.propose(run, "PENDING")
    assert deployment.lease_of(run).expires == at(60)

    deployment.propose(run, "RUNNING", 50)

    assert deployment.lease_of(run).expires == at(110)


def test_never_two_run_at_once_when_a_lease_ends_while_infrastructure_comes_up(
    nightly: Make,
) -> None:
    deployment = nightly(1)
    slow, quick = deployment.schedule(), deployment.schedule()
    deployment.propose(slow, "PENDING")
    assert deployment.active(300) == 0

    assert deployment.propose(quick, "PENDING", 301) == ("ACCEPT", "Pending")
    assert deployment.propose(slow, "RUNNING", 302) == ("REJECT", "Cancelled")
    assert deployment.propose(quick, "RUNNING", 303) == ("ACCEPT", "Running")

    assert deployment.active(303) == 1


def test_a_run_whose_lease_ended_goes_on_if_nobody_took_the_slot(nightly: Make) -> None:
    deployment = nightly(1)
    run = deployment.schedule()
    deployment.propose(run, "PENDING")

    assert deployment.propose(run, "RUNNING", 400) == ("ACCEPT", "Running")

    assert deployment.active(400) == 1
    assert deployment.lease_of(run).expires == at(700)


def test_a_run_that_dies_gives_its_slot_back_when_the_lease_ends(nightly: Make) -> None:
    deployment = nightly(1)
    dead, other = deployment.schedule(), deployment.schedule()
    deployment.propose(dead, "PENDING")
    deployment.propose(dead, "RUNNING", 1)

    assert deployment.propose(other, "PENDING", 300) == ("REJECT", "AwaitingConcurrencySlot")
    assert deployment.propose(other, "PENDING", 331) == ("ACCEPT", "Pending")


def test_the_client_that_runs_it_keeps_the_lease(session: Session, nightly: Make) -> None:
    deployment = nightly(1)
    run = deployment.schedule()
    deployment.propose(run, "PENDING")
    deployment.propose(run, "RUNNING", 1)
    lease = deployment.lease_of(run).id

    slot_service.renew(session, DEFAULT_WORKSPACE, lease, 300, now=at(250))

    assert deployment.active(500) == 1


def test_runs_of_clients_that_renew_no_lease_hold_their_slot_until_they_end(nightly: Make) -> None:
    deployment = nightly(1)
    run = deployment.schedule()
    deployment.propose(run, "PENDING", client=OLD)
    deployment.propose(run, "RUNNING", 1, client=OLD)
    assert deployment.active(100_000) == 1

    deployment.propose(run, "COMPLETED", 100_000, client=OLD)

    assert deployment.active(100_000) == 0


def test_clients_that_took_slots_themselves_are_left_to_it(nightly: Make) -> None:
    deployment = nightly(1)

    for _ in range(2):
        run = deployment.schedule()
        assert deployment.propose(run, "PENDING", client=(3, 0, 3)) == ("ACCEPT", "Pending")
    assert deployment.active() == 0


def test_a_run_that_is_deleted_gives_its_slot_back(session: Session, nightly: Make) -> None:
    deployment = nightly(1)
    run = deployment.schedule()
    deployment.propose(run, "PENDING")

    delete_flow_run(session, DEFAULT_WORKSPACE, run)

    assert deployment.active() == 0


def test_a_lease_that_a_client_made_up_is_not_the_runs(session: Session, nightly: Make) -> None:
    deployment = nightly(2)
    run, other = deployment.schedule(), deployment.schedule()
    deployment.propose(run, "PENDING")
    deployment.propose(other, "PENDING")
    of_other = deployment.lease_of(other).id
    details = {"deployment_concurrency_lease_id": str(of_other)}
    proposed = StateCreate.model_validate({"type": "RUNNING", "state_details": details})

    set_flow_run_state(session, DEFAULT_WORKSPACE, run, proposed, now=at(1))
    deployment.propose(run, "COMPLETED", 2)

    assert deployment.lease_of(other) is not None
    assert deployment.active(2) == 1


def test_a_retry_in_the_process_keeps_the_slot(session: Session, nightly: Make) -> None:
    deployment = nightly(1)
    run = deployment.schedule()
    table = FlowRun.__table__
    retries = update(table).where(table.c.id == run).values(empirical_policy={"retries": 1})
    session.execute(retries)
    deployment.propose(run, "PENDING")
    deployment.propose(run, "RUNNING", 1)

    assert deployment.propose(run, "FAILED", 2) == ("REJECT", "AwaitingRetry")
    assert deployment.active(2) == 1
    assert deployment.propose(run, "RUNNING", 3) == ("ACCEPT", "Running")
    assert deployment.active(3) == 1
    deployment.propose(run, "FAILED", 4)
    assert deployment.active(4) == 0
