"""What the server does about task runs that come by REST."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from orjson import Fragment
from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.concurrency.service import slots, tags
from headwater.db.json import fragment, parse, text
from headwater.db.session import signal_after_commit
from headwater.errors import ConflictError, NotFoundError
from headwater.ids import uuid7
from headwater.names import coin_name
from headwater.runs.queries import caches
from headwater.runs.queries import flow_runs as flow_run_queries
from headwater.runs.queries import task_runs as queries
from headwater.runs.rules.task_runs import decide_task_run
from headwater.runs.rules.times import Times, follow
from headwater.runs.rules.transitions import Decision, Run, TagLimit, Transition
from headwater.runs.schemas.policies import TaskRunPolicy
from headwater.runs.schemas.shown import Shown, show_own_state
from headwater.runs.schemas.states import State, StateCreate, StateType, make_state
from headwater.runs.schemas.task_runs import TaskRunCreate, TaskRunUpdate
from headwater.runs.service.states import (
    after,
    run_columns,
    state_of,
    state_row,
    time_columns,
    times_of,
)

PENDING = StateCreate(type=StateType.PENDING)
WAITING_TOPIC = "task-runs"  # signalled when one waits for a task worker
HOLDING = {StateType.RUNNING, StateType.CANCELLING}  # slots of limits


def create_task_run(
    session: Session,
    workspace: UUID,
    new: TaskRunCreate,
    *,
    client: tuple[int, ...] | None = None,
    now: datetime,
) -> tuple[Mapping[str, Any], bool]:
    """Return the task run, and whether it is new: known keys give the run that has them.

    *client* is the release of the client that asks. Raise ConflictError for an id that another
    task run has.
    """
    run = _new_run(workspace, new, now)
    run["labels"] = fragment(_labels(session, workspace, new))
    entered = make_state(new.state or PENDING, uuid7(), now)
    details = entered.details.but(flow_run_id=new.flow_run_id, task_run_id=run["id"])
    if new.flow_run_id is None and client is not None and client < (3,):
        # It has no word for it: what is of no flow run, and scheduled, is for task workers.
        details = details.but(deferred=entered.type is StateType.SCHEDULED)
    entered = entered.but(details=details)
    run |= run_columns(entered) | time_columns(follow(Times(), None, entered))
    if not queries.add_task_run(session, run):
        keys = (new.flow_run_id, new.task_key, new.dynamic_key)
        found = queries.find_task_run_of_keys(session, workspace, *keys)
        if found is None:
            raise ConflictError(f"A task run with the id {new.id} already exists.")
        return found._asdict(), False
    queries.add_task_run_state(session, state_row(run, run["id"], "task_run_id"))
    _call_workers(session, entered)
    return run, True


def _call_workers(session: Session, entered: State) -> None:
    if entered.type is StateType.SCHEDULED and entered.details.deferred:
        signal_after_commit(session, WAITING_TOPIC)


def _new_run(workspace: UUID, new: TaskRunCreate, now: datetime) -> dict[str, Any]:
    return {
        "id": new.id or uuid7(),
        "created": now,
        "updated": now,
        "workspace_id": workspace,
        "name": new.name or coin_name(),
        "flow_run_id": new.flow_run_id,
        "task_key": new.task_key,
        "dynamic_key": new.dynamic_key,
        "cache_key": new.cache_key,
        "cache_expiration": new.cache_expiration,
        "task_version": new.task_version,
        "empirical_policy": Fragment(new.empirical_policy.model_dump_json()),
        "tags": list(dict.fromkeys(new.tags)),
        "task_inputs": fragment(new.task_inputs),
        "flow_run_run_count": 0,
    }


def _labels(session: Session, workspace: UUID, new: TaskRunCreate) -> dict[str, Any]:
    """Return the labels of the flow run, what names it, and what the client says."""
    if new.flow_run_id is None:
        return new.labels or {}
    inherited = flow_run_queries.find_labels(session, workspace, new.flow_run_id)
    named = {"prefect.flow-run.id": str(new.flow_run_id)}
    return (parse(inherited) or {}) | named | (new.labels or {})


def set_task_run_state(
    session: Session,
    workspace: UUID,
    run_id: UUID,
    proposed: StateCreate,
    *,
    chance: float = 0.0,
    force: bool = False,
    client: tuple[int, ...] | None = None,
    now: datetime,
) -> tuple[Decision[TaskRunPolicy], Shown | None]:
    """Move a task run to the proposed state as far as the rules allow.

    *chance*, in [0, 1), spreads retries; *client* is the release of the client that asks.
    Return what was decided and the state that the run is in now. Raise NotFoundError.
    """
    row = queries.get_locked_task_run(session, workspace, run_id)._asdict()
    current = state_of(row)
    candidate = after(current, make_state(proposed, uuid7(), now))
    limits = () if force else _limits(session, workspace, row, current, candidate, client)
    run = replace(
        _facts(session, workspace, row, candidate, now), limits=_of_tags(session, limits, now)
    )
    transition = Transition(run, current, candidate, now, chance, client)
    decision = decide_task_run(transition, force=force)
    if decision.entered is None:
        return decision, show_own_state(row)
    entered = _enter(session, row, current, decision, now)
    _settle_limits(session, row, current, decision, limits, now)
    return decision, show_own_state(entered)


def _facts(
    session: Session, workspace: UUID, row: Mapping[str, Any], proposed: State, now: datetime
) -> Run[TaskRunPolicy]:
    run = Run(
        policy=TaskRunPolicy.model_validate_json(text(row["empirical_policy"])),
        run_count=row["run_count"],
        flow_run_run_count=row["flow_run_run_count"],
        cached=_find_cached(session, workspace, proposed, now),
    )
    if row["flow_run_id"] is None:
        return run
    found = flow_run_queries.find_flow_run(session, workspace, row["flow_run_id"])
    if found is None:
        return run
    flow_run = found._asdict()
    return replace(
        run,
        in_flow_run=True,
        flow_run_state=state_of(flow_run),
        flow_run_starts=flow_run["run_count"],
    )


def _find_cached(session: Session, workspace: UUID, proposed: State, now: datetime) -> State | None:
    details = proposed.details
    if proposed.type is not StateType.RUNNING or not details.cache_key or details.refresh_cache:
        return None
    found = caches.find_cached_state(session, workspace, details.cache_key, now)
    if found is None:
        return None
    cached = state_of(found._asdict())
    return cached and cached.but(timestamp=proposed.timestamp)


def _limits(
    session: Session,
    workspace: UUID,
    row: Mapping[str, Any],
    current: State | None,
    proposed: State,
    client: tuple[int, ...] | None,
) -> Sequence[Row[Any]]:
    """Return the limits that the task run needs a slot of to enter the proposed state."""
    runs_already = current is not None and current.type is StateType.RUNNING
    if proposed.type is not StateType.RUNNING or runs_already:
        return ()
    if proposed.details.deferred and (client is None or client >= (3,)):
        return ()  # whoever runs it takes them
    return tags.list_locked(session, workspace, parse(row["tags"]))


def _of_tags(session: Session, limits: Sequence[Row[Any]], now: datetime) -> tuple[TagLimit, ...]:
    rooms = tags.rooms(session, limits, now=now)
    return tuple(
        TagLimit(tag, room.limit, room.taken, room.occupancy) for tag, room in rooms.items()
    )


def _settle_limits(
    session: Session,
    row: Mapping[str, Any],
    current: State | None,
    decision: Decision[TaskRunPolicy],
    limits: Sequence[Row[Any]],
    now: datetime,
) -> None:
    """Take the slots of who has begun to run, give back those of who has ceased to."""
    entered, workspace, run_id = decision.entered, row["workspace_id"], row["id"]
    if entered is not None and entered.type is StateType.RUNNING:
        tags.hold(session, workspace, limits, run_id, now=now)
    elif current is not None and current.type in HOLDING and parse(row["tags"]):
        slots.end_leases_of(session, workspace, run_id, now=now)


def _enter(
    session: Session,
    row: Mapping[str, Any],
    current: State | None,
    decision: Decision[TaskRunPolicy],
    now: datetime,
) -> dict[str, Any]:
    entered = decision.entered
    assert entered is not None  # noqa: S101  # for mypy; the caller looked
    details = entered.details.but(flow_run_id=row["flow_run_id"], task_run_id=row["id"])
    entered = entered.but(details=details)
    known = dict(row) | {"run_count": decision.run.run_count}
    changes = run_columns(entered) | time_columns(follow(times_of(known), current, entered))
    changes |= {"updated": now, "flow_run_run_count": decision.run.flow_run_run_count}
    run = dict(row) | changes
    queries.add_task_run_state(session, state_row(run, row["id"], "task_run_id"))
    queries.change_task_run(session, row["id"], changes)
    _call_workers(session, entered)
    if entered.type is StateType.COMPLETED and details.cache_key and entered.name != "Cached":
        caches.add_cached_state(session, row["workspace_id"], entered, now)
    return run


def update_task_run(
    session: Session, workspace: UUID, run_id: UUID, wanted: TaskRunUpdate, *, now: datetime
) -> None:
    values: dict[str, Any] = {"updated": now}
    if wanted.name is not None:
        values["name"] = wanted.name
    if not queries.update_task_run(session, workspace, run_id, values):
        raise NotFoundError("Task run not found")
