"""What the server does about flow runs."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from orjson import Fragment
from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import fragment, parse, text
from headwater.errors import ConflictError, InvalidError, NotFoundError
from headwater.ids import uuid7
from headwater.names import coin_name
from headwater.runs.queries import flow_runs as queries
from headwater.runs.queries import inputs
from headwater.runs.queries import task_runs as task_run_queries
from headwater.runs.rules.flow_runs import decide_flow_run
from headwater.runs.rules.times import Times, follow
from headwater.runs.rules.transitions import Decision, Run, Transition
from headwater.runs.schemas.flow_runs import FlowRunCreate, FlowRunUpdate
from headwater.runs.schemas.policies import FlowRunPolicy
from headwater.runs.schemas.shown import Shown, show_own_state
from headwater.runs.schemas.states import State, StateCreate, StateType, make_state
from headwater.runs.service import deployment_slots as slots
from headwater.runs.service import news
from headwater.runs.service.states import (
    after,
    run_columns,
    state_of,
    state_row,
    time_columns,
    times_of,
)
from headwater.work.queries import queues

LARGEST_PARAMETERS = 512 * 1024  # bytes of JSON, as the clients' own server has it
PENDING = StateCreate(type=StateType.PENDING)
_EMPTY = Fragment("{}")


def create_flow_run(
    session: Session,
    workspace: UUID,
    new: FlowRunCreate,
    *,
    of_deployment: Mapping[str, Any] | None = None,
    now: datetime,
) -> tuple[Mapping[str, Any], bool]:
    """Return the run, and whether it is new: a known idempotency key gives the run that has it.

    *of_deployment* are the columns that only who acts for a deployment may set.
    """
    queue = _find_queue(session, workspace, new)
    run = new_run(workspace, new, now) | dict(of_deployment or {})
    if queue is not None:
        run |= {"work_queue_id": queue.id, "work_queue_name": queue.name}
    entered = make_state(new.state or PENDING, uuid7(), now)
    details = entered.details.but(flow_run_id=run["id"], task_run_id=new.parent_task_run_id)
    entered = entered.but(details=details)
    run |= run_columns(entered) | time_columns(follow(Times(), None, entered))
    added = queries.add_flow_run(session, run)
    if added is None:
        key = new.idempotency_key or ""
        found = queries.find_flow_run_of_key(session, workspace, new.flow_id, key)
        if found is None:
            raise ConflictError("The run of that idempotency key was removed meanwhile.")
        return found._asdict(), False
    if added.flow_name is None:  # it is another workspace's
        raise ConflictError(f"Flow {new.flow_id} not found: a run is of a flow that exists.")
    queries.add_flow_run_state(session, state_row(run, run["id"], "flow_run_id"))
    _mirror(session, run, added.parent_flow_run_id, entered)
    news.tell(session, run, added._asdict(), None, entered, now=now)
    run |= {"work_pool_id": added.work_pool_id, "work_pool_name": added.work_pool_name}
    return run, True


def new_run(workspace: UUID, new: FlowRunCreate, now: datetime) -> dict[str, Any]:
    labels = {"prefect.flow.id": str(new.flow_id)} | (new.labels or {})
    return {
        "id": uuid7(),
        "created": now,
        "updated": now,
        "workspace_id": workspace,
        "flow_id": new.flow_id,
        "name": new.name or coin_name(),
        "flow_version": new.flow_version,
        "deployment_id": new.deployment_id,
        "deployment_version": None,
        "work_queue_id": None,
        "work_queue_name": new.work_queue_name,
        "parameters": dump_parameters(new.parameters),
        "context": fragment(new.context) if new.context else _EMPTY,
        "job_variables": fragment(new.job_variables) if new.job_variables else _EMPTY,
        "empirical_policy": Fragment(new.empirical_policy.model_dump_json()),
        "idempotency_key": new.idempotency_key,
        "parent_task_run_id": new.parent_task_run_id,
        "infrastructure_document_id": new.infrastructure_document_id,
        "infrastructure_pid": None,
        "auto_scheduled": False,
        "created_by": None,
        "tags": list(dict.fromkeys(new.tags)),
        "labels": fragment(labels),
    }


def _find_queue(session: Session, workspace: UUID, new: FlowRunCreate) -> Row[Any] | None:
    """Return the queue that a run is to wait in, where a pool is named. Raise NotFoundError."""
    pool, name = new.work_pool_name, new.work_queue_name
    if pool is None:
        return None
    if name is None:
        return queues.get_default_queue(session, workspace, pool)
    return queues.get_queue_by_name(session, workspace, pool, name)


def dump_parameters(parameters: dict[str, Any]) -> Fragment:
    """Return parameters as they are kept, or raise InvalidError when they are too large."""
    if not parameters:
        return _EMPTY
    dumped = fragment(parameters)
    size = len(text(dumped))
    if size > LARGEST_PARAMETERS:
        raise InvalidError(
            f"Flow run parameters of {size:,} bytes are over the limit of "
            f"{LARGEST_PARAMETERS:,} bytes (512 KB)."
        )
    return dumped


def set_flow_run_state(
    session: Session,
    workspace: UUID,
    run_id: UUID,
    proposed: StateCreate,
    *,
    force: bool = False,
    client: tuple[int, ...] | None = None,
    now: datetime,
) -> tuple[Decision[FlowRunPolicy], Shown | None]:
    """Move a run to the proposed state as far as the rules allow, and announce where it went.

    *client* is the release of the client that asks, if it is one. Return what was decided and the
    state that the run is in now. Raise NotFoundError.
    """
    row = queries.get_locked_flow_run(session, workspace, run_id)._asdict()
    current = state_of(row)
    candidate = after(current, make_state(proposed, uuid7(), now))
    run, sought = _facts(row), slots.Sought()
    if not force:
        sought = slots.seek(
            session, workspace, run.deployment_id, current, candidate, client=client, now=now
        )
        run = replace(run, slot=sought.slot, deployment_is_gone=sought.deployment_is_gone)
    transition = Transition(run, current, candidate, now, client=client)
    decision = decide_flow_run(transition, force=force)
    if decision.entered is None:
        return decision, show_own_state(row)
    starts = not run.policy.resuming
    entered = _enter(session, row, current, decision, starts=starts, now=now)
    slots.settle(session, row, current, decision.entered, sought, client=client, now=now)
    return decision, show_own_state(entered)


def foresee(row: Row[Any], proposed: StateCreate, *, now: datetime) -> Decision[FlowRunPolicy]:
    """Return what the rules would say to a proposal, for a run as it was read."""
    columns = row._asdict()
    current = state_of(columns)
    candidate = after(current, make_state(proposed, uuid7(), now))
    return decide_flow_run(Transition(_facts(columns), current, candidate, now), force=False)


def _facts(row: Mapping[str, Any]) -> Run[FlowRunPolicy]:
    return Run(
        policy=FlowRunPolicy.model_validate_json(text(row["empirical_policy"])),
        run_count=row["run_count"],
        deployment_id=row["deployment_id"],
        parent_task_run_id=row["parent_task_run_id"],
        infrastructure_pid=row["infrastructure_pid"],
        in_queue=row["work_queue_id"] is not None,
        skip_at=find_skip_time(row),
    )


def find_skip_time(row: Mapping[str, Any]) -> datetime | None:
    """Return when a run is skipped. One that somebody gave another time, or that waits for a slot
    or a retry, is past that."""
    is_as_planned = row["next_scheduled_start_time"] == row["expected_start_time"]
    skip_at: datetime | None = row["skip_at"]
    return skip_at if is_as_planned else None


def _enter(
    session: Session,
    row: Mapping[str, Any],
    current: State | None,
    decision: Decision[FlowRunPolicy],
    *,
    starts: bool,
    now: datetime,
) -> dict[str, Any]:
    """Write the state, tell of it, and return the columns of the run as they are then."""
    entered, policy = decision.entered, decision.run.policy
    assert entered is not None  # noqa: S101  # for mypy; the caller looked
    details = entered.details.but(flow_run_id=row["id"], task_run_id=row["parent_task_run_id"])
    entered = entered.but(details=details)
    paused = current is not None and current.type is StateType.PAUSED
    if not paused and (entered.type is StateType.RUNNING or entered.is_final):
        policy = policy.model_copy(update={"resuming": False})
    times = follow(times_of(row), current, entered, starts=starts)
    changes = run_columns(entered) | time_columns(times) | {"updated": now}
    changes["empirical_policy"] = Fragment(policy.model_dump_json())
    run = dict(row) | changes
    queries.add_flow_run_state(session, state_row(run, row["id"], "flow_run_id"))
    queries.change_flow_run(session, row["id"], changes)
    if entered.type is StateType.PAUSED and entered.details.run_input_keyset:
        # What was sent for an earlier attempt at this pause must not end this one.
        keys = entered.details.run_input_keyset.values()
        inputs.delete_inputs(session, run["workspace_id"], run["id"], keys)
    ran = times.total_run_time - row["total_run_time"]
    _mirror(session, run, row["parent_flow_run_id"], entered, ran=ran)
    news.tell(session, run, row, current, entered, now=now)
    return run


def _mirror(
    session: Session,
    run: Mapping[str, Any],
    parent_flow_run_id: UUID | None,
    entered: State,
    *,
    ran: float = 0.0,
) -> None:
    """Let the task run that stands for a subflow in its parent be in the subflow's state.

    It stands for each run of a subflow that is called again as its parent is tried again.
    """
    parent = run["parent_task_run_id"]
    if parent is None:
        return
    details = entered.details.but(
        flow_run_id=parent_flow_run_id, task_run_id=parent, child_flow_run_id=run["id"]
    )
    copied = run_columns(entered.but(id=uuid7(), details=details)) | {"updated": run["updated"]}
    copied |= {name: run[name] for name in ("next_scheduled_start_time", "end_time")}
    started = int(entered.type is StateType.RUNNING)
    workspace = run["workspace_id"]
    if task_run_queries.follow_subflow(
        session, workspace, parent, copied, started=started, start=run["start_time"], ran=ran
    ):
        copied["workspace_id"] = workspace
        task_run_queries.add_task_run_state(session, state_row(copied, parent, "task_run_id"))


def update_flow_run(
    session: Session, workspace: UUID, run_id: UUID, wanted: FlowRunUpdate, *, now: datetime
) -> None:
    """Change what the client named; raise NotFoundError."""
    given = {name: getattr(wanted, name) for name in wanted.model_fields_set}
    if given.get("name", ...) is None:
        del given["name"]  # a run has a name
    if "parameters" in given:
        given["parameters"] = dump_parameters(given["parameters"])
    if "empirical_policy" in given:
        given["empirical_policy"] = Fragment(wanted.empirical_policy.model_dump_json())
    if "job_variables" in given:
        given["job_variables"] = fragment(wanted.job_variables or {})
    if not queries.update_flow_run(session, workspace, run_id, given | {"updated": now}):
        raise NotFoundError("Flow run not found")


def add_labels(
    session: Session, workspace: UUID, run_id: UUID, labels: dict[str, Any], *, now: datetime
) -> None:
    """Merge *labels* into the run's; raise NotFoundError."""
    row = queries.get_locked_flow_run(session, workspace, run_id)
    merged = (parse(row.labels) or {}) | labels
    queries.change_flow_run(session, run_id, {"labels": fragment(merged), "updated": now})
