"""Statements over the states that runs have been in, whosever they are."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Table, bindparam, func, or_, select, union_all
from sqlalchemy.orm import Session

from headwater.errors import NotFoundError
from headwater.runs.models import FlowRunState, TaskRunState
from headwater.runs.schemas.observed_states import ObservedStateSort, ObservedStatesWanted


def _of_id(state: Table) -> Select[Any]:
    mine = state.c.workspace_id == bindparam("workspace")
    return select(state).where(state.c.id == bindparam("state_id"), mine)


def _kinds(state: Table) -> Select[Any]:
    return (
        select(
            state.c.type.label("state_type"),
            state.c.name.label("state_name"),
            func.min(state.c.timestamp).label("first_seen"),
            func.max(state.c.timestamp).label("last_seen"),
        )
        .where(state.c.workspace_id == bindparam("workspace"))
        .group_by(state.c.type, state.c.name)
    )


_TABLES = (FlowRunState.__table__, TaskRunState.__table__)
_FLOW_RUN_STATE, _TASK_RUN_STATE = map(_of_id, _TABLES)
# Each history is reduced to its few kinds first.
_kind = union_all(*map(_kinds, _TABLES)).subquery().c
_last_seen = func.max(_kind.last_seen).label("last_seen")
_OBSERVED: Select[Any] = select(
    _kind.state_type,
    _kind.state_name,
    func.min(_kind.first_seen).label("first_seen"),
    _last_seen,
).group_by(_kind.state_type, _kind.state_name)
_BY_NAME = (_kind.state_type, _kind.state_name)
_ORDER = {
    ObservedStateSort.NAME_ASC: _BY_NAME,
    ObservedStateSort.LAST_SEEN_DESC: (_last_seen.desc(), *_BY_NAME),
}


def get_flow_run_state(session: Session, workspace: UUID, state_id: UUID) -> Row[Any]:
    return _get(session, _FLOW_RUN_STATE, workspace, state_id, "Flow run state not found")


def get_task_run_state(session: Session, workspace: UUID, state_id: UUID) -> Row[Any]:
    return _get(session, _TASK_RUN_STATE, workspace, state_id, "Task run state not found")


def _get(
    session: Session, statement: Select[Any], workspace: UUID, state_id: UUID, missing: str
) -> Row[Any]:
    found = session.execute(statement, {"state_id": state_id, "workspace": workspace}).first()
    if found is None:
        raise NotFoundError(missing)
    return found


def list_observed_states(
    session: Session, workspace: UUID, wanted: ObservedStatesWanted
) -> Sequence[Row[Any]]:
    """Return each kind of state that runs have been in, and when first and last."""
    statement = _OBSERVED.order_by(*_ORDER[wanted.order_by]).limit(wanted.limit)
    if beginning := wanted.query.strip():
        columns = (_kind.state_type, _kind.state_name)
        begins = (column.istartswith(beginning, autoescape=True) for column in columns)
        statement = statement.where(or_(*begins))
    return session.execute(statement, {"workspace": workspace}).all()
