"""Statements of the pages of flows: what their runs did lately."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Row, Select, and_, bindparam, case, func, select, union_all
from sqlalchemy.orm import Session

from headwater.db.criteria import Condition
from headwater.runs.models import Flow, FlowRun

_flow, _run = Flow.__table__, FlowRun.__table__
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
# Not the bare column: SQLite would search by it rather than by the flow (see overviews).
_run_workspace = func.coalesce(_run.c.workspace_id, _run.c.workspace_id)
_expected = _run.c.expected_start_time
_BARS: tuple[str, ...] = ("id", "flow_id", "name", "state_type", "state_name", "state_timestamp")
_BARS += ("tags", "run_count", "expected_start_time", "start_time", "end_time", "total_run_time")
_COUNTS = (
    select(
        _run.c.flow_id,
        _run.c.state_type,
        func.count().label("of_all"),
        func.sum(case((_expected >= bindparam("lately"), 1), else_=0)).label("of_late"),
    )
    .where(_run.c.flow_id.in_(_ids), _run_workspace == bindparam("workspace"))
    .where(_expected >= bindparam("since"), _expected <= bindparam("until"))
    .group_by(_run.c.flow_id, _run.c.state_type)
)
_BY_FLOW = (
    select(
        _run.c.flow_id,
        _flow.c.name.label("flow_name"),
        _run.c.state_type,
        func.count().label("runs"),
        func.max(_expected).label("latest"),
    )
    .join(_flow, _flow.c.id == _run.c.flow_id)
    .where(_run.c.workspace_id == bindparam("workspace"))
    .where(_expected >= bindparam("since"), _expected <= bindparam("until"))
    .group_by(_run.c.flow_id, _flow.c.name, _run.c.state_type)
)


def list_flows_by_name(session: Session, condition: Condition, limit: int) -> Sequence[Row[Any]]:
    page: Select[Any] = select(_flow.c.id, _flow.c.name, _flow.c.tags).where(condition)
    return session.execute(page.order_by(_flow.c.name).limit(limit)).all()


def flows_named_after(name: str) -> Condition:
    """Return what follows a flow in `list_flows_by_name`."""
    return _flow.c.name > name


def runs_of_flow(workspace: UUID, flow_id: UUID) -> Condition:
    return and_(_run_workspace == workspace, _run.c.flow_id == flow_id)


def count_runs_of_flows(
    session: Session,
    workspace: UUID,
    flow_ids: Collection[UUID],
    *,
    since: datetime,
    lately: datetime,
    until: datetime,
) -> Sequence[Row[Any]]:
    """Count runs expected to start in that time: rows of flow id, state type, `of_all` since
    *since* and `of_late` since *lately*."""
    names = {"workspace": workspace, "ids": list(flow_ids)}
    times = {"since": since, "lately": lately, "until": until}
    return session.execute(_COUNTS, names | times).all()


def list_last_runs(
    session: Session, workspace: UUID, flow_ids: Collection[UUID], each: int
) -> Sequence[Row[Any]]:
    """Return the runs of each flow that were expected last, the newest first, as bars show them.

    Each flow is searched by itself, and by nothing else, since that is in the order of an index.
    """
    if not flow_ids:
        return []
    newest = (_expected.desc(), _run.c.id.desc())
    of_each = [
        select(_run.c.id).where(_run.c.flow_id == flow_id).order_by(*newest).limit(each).subquery()
        for flow_id in flow_ids
    ]
    found = union_all(*(select(one.c.id) for one in of_each)).subquery()
    shown: Select[Any] = select(*(_run.c[name] for name in _BARS))
    shown = shown.join(found, found.c.id == _run.c.id).where(_run_workspace == workspace)
    return session.execute(shown.order_by(*newest)).all()


def count_by_flow(
    session: Session, workspace: UUID, since: datetime, until: datetime
) -> Sequence[Row[Any]]:
    """Count the runs expected to start in that time: rows of flow id, `flow_name`, state type,
    `runs`, and when the `latest` of them was expected."""
    return session.execute(_BY_FLOW, {"workspace": workspace, "since": since, "until": until}).all()
