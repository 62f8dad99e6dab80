"""Makes runs ahead of their time, many at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.db.session import signal_after_commit
from headwater.events.log import TOPIC
from headwater.ids import uuid7
from headwater.names import coin_name
from headwater.runs.queries import scheduled as queries
from headwater.runs.rules.times import Times, follow
from headwater.runs.schemas.flow_runs import FlowRunCreate
from headwater.runs.schemas.states import StateCreate, StateDetails, StateType, make_state
from headwater.runs.service.flow_runs import new_run
from headwater.runs.service.states import run_columns, state_row, time_columns

MESSAGE = "Flow run scheduled"


@dataclass(frozen=True)
class Due:
    """*key* is what makes a run the same as one that was made before."""

    key: str
    time: datetime


def add_scheduled_runs(
    session: Session,
    workspace: UUID,
    new: FlowRunCreate,
    of_deployment: Mapping[str, Any],
    dues: Sequence[Due],
    *,
    now: datetime,
) -> int:
    """Add a run like *new* for each time whose key is not known; return how many they were.

    No event tells of it: nothing has happened to them yet. Raise InvalidError for parameters that
    are too large.
    """
    if not dues:
        return 0
    like = new_run(workspace, new, now) | dict(of_deployment) | {"auto_scheduled": True}
    rows = [_row(like, due, now) for due in dues]
    added = queries.add_runs(session, rows)
    states = [state_row(row, row["id"], "flow_run_id") for row in rows if row["id"] in added]
    queries.add_states(session, states)
    if added:
        signal_after_commit(session, TOPIC)  # whoever looks after what is late, sleeps until due
    return len(added)


def _row(like: Mapping[str, Any], due: Due, now: datetime) -> dict[str, Any]:
    run_id = uuid7()
    details = StateDetails(scheduled_time=due.time, flow_run_id=run_id)
    proposed = StateCreate(type=StateType.SCHEDULED, message=MESSAGE, state_details=details)
    state = make_state(proposed, uuid7(), now)
    own = {"id": run_id, "name": coin_name(), "idempotency_key": due.key}
    return {**like, **own} | run_columns(state) | time_columns(follow(Times(), None, state))
