"""The names of flows, deployments, pools, queues and webhooks, for forms that choose among them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, bindparam, select
from sqlalchemy.orm import Session

from headwater.blocks.models import BlockDocument, BlockType
from headwater.deployments.models import Deployment
from headwater.runs.models import Flow
from headwater.work.models import WorkPool, WorkQueue

_FLOW, _DEPLOYMENT, _POOL = Flow.__table__, Deployment.__table__, WorkPool.__table__
_QUEUE, _BLOCK, _TYPE = WorkQueue.__table__, BlockDocument.__table__, BlockType.__table__
MOST_AT_ONCE = 1000  # ids in a statement: neither database takes any number of them
_IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
_NAMES: dict[str, Select[Any]] = {
    "flow": select(_FLOW.c.id, _FLOW.c.name).where(_FLOW.c.workspace_id == bindparam("workspace")),
    "deployment": select(_DEPLOYMENT.c.id, (_FLOW.c.name + "/" + _DEPLOYMENT.c.name).label("name"))
    .join(_FLOW, _FLOW.c.id == _DEPLOYMENT.c.flow_id)
    .where(_DEPLOYMENT.c.workspace_id == bindparam("workspace")),
    "work pool": select(_POOL.c.id, _POOL.c.name).where(
        _POOL.c.workspace_id == bindparam("workspace")
    ),
    "work queue": select(_QUEUE.c.id, (_POOL.c.name + "/" + _QUEUE.c.name).label("name"))
    .join(_POOL, _POOL.c.id == _QUEUE.c.work_pool_id)
    .where(_QUEUE.c.workspace_id == bindparam("workspace")),
    "webhook": select(_BLOCK.c.id, _BLOCK.c.name)
    .join(_TYPE, _TYPE.c.id == _BLOCK.c.block_type_id)
    .where(
        _BLOCK.c.workspace_id == bindparam("workspace"),
        _BLOCK.c.is_anonymous.is_(False),
        _TYPE.c.slug == "webhook",
    ),
}
_OF_IDS = {kind: names.where(names.selected_columns.id.in_(_IDS)) for kind, names in _NAMES.items()}
_FIRST = {
    kind: names.order_by(names.selected_columns.name).limit(bindparam("limit"))
    for kind, names in _NAMES.items()
}


@dataclass(frozen=True)
class Choice:
    id: UUID
    name: str  # a deployment's is `flow/name`, a queue's `pool/name`


def list_choices(session: Session, workspace: UUID, kind: str, limit: int) -> list[Choice]:
    """Return the first by name of a *kind*: `flow`, `deployment`, `work pool`, `work queue`, or
    `webhook`, which is a block that actions can call."""
    rows = session.execute(_FIRST[kind], {"workspace": workspace, "limit": limit})
    return [Choice(row.id, row.name) for row in rows]


def find_names(
    session: Session, workspace: UUID, kind: str, ids: Collection[UUID]
) -> dict[UUID, str]:
    """Return the names of those that there are; no statement where there are no *ids*."""
    wanted, names = list(ids), dict[UUID, str]()
    for begin in range(0, len(wanted), MOST_AT_ONCE):
        some = {"workspace": workspace, "ids": wanted[begin : begin + MOST_AT_ONCE]}
        names |= {row.id: row.name for row in session.execute(_OF_IDS[kind], some)}
    return names
