"""Statements over flows."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Row, bindparam, exists, func, select, true, update
from sqlalchemy.orm import Session

from headwater.db.columns import ColumnReader
from headwater.db.criteria import Condition, join, meet, meet_tags
from headwater.db.hot import Columns, HotStatement
from headwater.db.upserts import insert_new
from headwater.deployments.queries.deployments import deployment
from headwater.errors import NotFoundError
from headwater.runs.models import Flow
from headwater.runs.schemas.flows import FlowFilter, FlowSort

flow = Flow.__table__
_SHOWN = [column for column in flow.c if column.name != "workspace_id"]
_mine = flow.c.workspace_id == bindparam("workspace")
_FLOWS = select(*_SHOWN)
_SHOWN_FLOWS = ColumnReader(_FLOWS)
_FLOW = _FLOWS.where(flow.c.id == bindparam("flow_id"), _mine)
_FLOW_OF_NAME = _FLOWS.where(flow.c.name == bindparam("flow_name"), _mine)
_COUNT = select(func.count()).select_from(flow)
_ADD = insert_new(flow, ["workspace_id", "name"]).returning(flow.c.id)
_CHANGE = update(flow).where(flow.c.id == bindparam("flow_id"), _mine)
_ORDER: dict[FlowSort, ColumnElement[Any]] = {
    FlowSort.CREATED_DESC: flow.c.created.desc(),
    FlowSort.UPDATED_DESC: flow.c.updated.desc(),
    FlowSort.NAME_ASC: flow.c.name.asc(),
    FlowSort.NAME_DESC: flow.c.name.desc(),
}
_ALL_FLOWS = {
    sort: HotStatement(
        _FLOWS.where(_mine)
        .order_by(order, flow.c.id)
        .limit(bindparam("limit", type_=BigInteger))
        .offset(bindparam("offset", type_=BigInteger))
    )
    for sort, order in _ORDER.items()
}


def find_flow(session: Session, workspace: UUID, flow_id: UUID) -> Row[Any] | None:
    return session.execute(_FLOW, {"flow_id": flow_id, "workspace": workspace}).first()


def get_flow(session: Session, workspace: UUID, flow_id: UUID) -> Row[Any]:
    found = find_flow(session, workspace, flow_id)
    if found is None:
        raise NotFoundError("Flow not found")
    return found


def find_flow_by_name(session: Session, workspace: UUID, name: str) -> Row[Any] | None:
    return session.execute(_FLOW_OF_NAME, {"flow_name": name, "workspace": workspace}).first()


def add_flow(session: Session, values: dict[str, Any]) -> bool:
    """Keep a flow; return False when there is one of that name."""
    return session.execute(_ADD, values).first() is not None


def update_flow(session: Session, workspace: UUID, flow_id: UUID, values: dict[str, Any]) -> bool:
    statement = _CHANGE.values(values).returning(flow.c.id)
    return (
        session.execute(statement, {"flow_id": flow_id, "workspace": workspace}).first() is not None
    )


def read_flows(
    session: Session, condition: Condition, sort: FlowSort, limit: int, offset: int
) -> Columns:
    page = _FLOWS.where(condition).order_by(_ORDER[sort], flow.c.id)
    return _SHOWN_FLOWS.read(session, page.limit(limit).offset(offset))


def read_all_flows(
    session: Session, workspace: UUID, sort: FlowSort, limit: int, offset: int
) -> Columns:
    """Return what `read_flows` does of a whole workspace: what most lists of flows are."""
    values = {"workspace": workspace, "limit": limit, "offset": offset}
    return _ALL_FLOWS[sort].columns(session, values)


def count_flows(session: Session, condition: Condition) -> int:
    return session.scalars(_COUNT.where(condition)).one()


def conditions_of_flows(wanted: FlowFilter | None, dialect: str) -> Condition:
    if wanted is None:
        return true()
    conditions = [*meet(flow.c.id, wanted.id), *meet(flow.c.name, wanted.name)]
    conditions += meet_tags(flow.c.tags, wanted.tags, dialect)
    if wanted.deployment is not None and wanted.deployment.is_null_ is not None:
        deployed = exists(select(1).where(deployment.c.flow_id == flow.c.id))
        conditions.append(~deployed if wanted.deployment.is_null_ else deployed)
    return join(wanted, conditions)
