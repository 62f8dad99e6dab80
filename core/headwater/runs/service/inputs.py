"""What the server does about what is sent to runs: keeping it, and resuming runs with it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from headwater.errors import ConflictError, NotFoundError
from headwater.ids import uuid7
from headwater.runs.queries import flow_runs as flow_run_queries
from headwater.runs.queries import inputs as queries
from headwater.runs.rules.transitions import Status
from headwater.runs.schemas.inputs import FlowRunInputCreate, describe_mismatch
from headwater.runs.schemas.shown import Shown, show_own_state
from headwater.runs.schemas.states import StateCreate, StateDetails, StateType
from headwater.runs.service.flow_runs import set_flow_run_state
from headwater.runs.service.states import state_of

NOT_PAUSED = "Cannot resume a flow run that is not paused."


def create_input(
    session: Session, workspace: UUID, run_id: UUID, new: FlowRunInputCreate, *, now: datetime
) -> None:
    """Keep a text for a run; raise NotFoundError, or ConflictError for a key that is taken."""
    flow_run_queries.get_flow_run(session, workspace, run_id)
    values = {"id": uuid7(), "created": now, "updated": now, "workspace_id": workspace}
    values |= {"flow_run_id": run_id, "key": new.key, "value": new.value, "sender": new.sender}
    try:
        with session.begin_nested():
            queries.add_input(session, values)
    except IntegrityError:
        raise ConflictError("A flow run input with this key already exists.") from None


def get_value(session: Session, workspace: UUID, run_id: UUID, key: str) -> str:
    value = queries.find_value(session, workspace, run_id, key)
    if value is None:
        raise NotFoundError("Flow run input not found")
    return value


def delete_input(session: Session, workspace: UUID, run_id: UUID, key: str) -> None:
    if not queries.delete_input(session, workspace, run_id, key):
        raise NotFoundError("Flow run input not found")


@dataclass(frozen=True)
class Resumption:
    """What became of a wish to resume: *refusal* is why the input is not what the run asked for."""

    status: Status
    state: Shown | None
    reason: str | None = None
    is_refused: bool = False
    is_written: bool = False


def resume(
    session: Session,
    workspace: UUID,
    run_id: UUID,
    run_input: dict[str, Any] | None,
    *,
    now: datetime,
) -> Resumption:
    """Let a paused run go on, with the input that it asked for; raise NotFoundError.

    A run that only waits goes on running; one that was suspended is scheduled anew.
    """
    row = flow_run_queries.get_flow_run(session, workspace, run_id)._asdict()
    paused = state_of(row)
    if paused is None or paused.type is not StateType.PAUSED:
        return Resumption(Status.ABORT, None, NOT_PAUSED)
    keys = paused.details.run_input_keyset
    if keys:
        problem = _find_problem(session, workspace, run_id, keys, run_input or {})
        if problem is not None:
            return Resumption(Status.REJECT, show_own_state(row), problem, is_refused=True)
    proposed = StateCreate(type=StateType.RUNNING)
    if paused.details.pause_reschedule:
        details = StateDetails(scheduled_time=now)
        proposed = StateCreate(type=StateType.SCHEDULED, name="Resuming", state_details=details)
    decision, state = set_flow_run_state(session, workspace, run_id, proposed, now=now)
    written = decision.entered is not None
    if keys and decision.status is Status.ACCEPT and "response" in keys:
        _keep_response(session, workspace, run_id, keys["response"], run_input or {}, now)
    return Resumption(decision.status, state, decision.reason, is_written=written)


def _keep_response(
    session: Session,
    workspace: UUID,
    run_id: UUID,
    key: str,
    run_input: dict[str, Any],
    now: datetime,
) -> None:
    queries.delete_inputs(session, workspace, run_id, [key])
    value = json.dumps(run_input, allow_nan=False)
    values = {"id": uuid7(), "created": now, "updated": now, "workspace_id": workspace}
    values |= {"flow_run_id": run_id, "key": key, "value": value, "sender": None}
    queries.add_input(session, values)


def _find_problem(
    session: Session,
    workspace: UUID,
    run_id: UUID,
    keys: dict[str, str],
    run_input: dict[str, Any],
) -> str | None:
    kept = queries.find_value(session, workspace, run_id, keys.get("schema", ""))
    if kept is None:
        return "Run input schema not found."
    try:
        schema = json.loads(kept)
    except ValueError:
        return "Run input schema is not valid JSON."
    return check_input(run_input, schema)


@dataclass(frozen=True)
class Mismatch:
    """What is wrong with one place of an input; *path* leads to it from the top."""

    path: tuple[str | int, ...]
    message: str


def list_mismatches(run_input: dict[str, Any], schema: Any) -> list[Mismatch]:
    """Return all that is wrong by a JSON schema, as `check_input` returns the first.

    Of a schema that is none, nothing: `resume` says what is wrong with that.
    """
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import validator_for
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        kind = validator_for(schema)
        kind.check_schema(schema)
        found = list(kind(schema, registry=Registry()).iter_errors(run_input))
    except (SchemaError, Unresolvable, RecursionError):
        return []
    return [Mismatch(tuple(one.absolute_path), one.message) for one in found]


def check_input(run_input: dict[str, Any], schema: Any) -> str | None:
    """Return what is wrong with *run_input* by a JSON schema, or None. Nothing is fetched."""
    # Late: they take a twentieth of a server's start, and few runs wait for an input.
    from jsonschema.exceptions import SchemaError, best_match
    from jsonschema.validators import validator_for
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        kind = validator_for(schema)
        kind.check_schema(schema)
        # A registry of our own: without one, references to elsewhere would be fetched.
        found = best_match(kind(schema, registry=Registry()).iter_errors(run_input))
    except SchemaError as error:
        return f"Invalid schema: {error.message}"
    except Unresolvable:
        return "Invalid schema: it refers to what is not within it."
    except RecursionError:
        return "Invalid schema: Unable to validate schema with circular references."
    if found is None:
        return None
    return "Reason: " + describe_mismatch(list(found.absolute_path), found.message)
