"""Every statement over notification policies."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    Select,
    String,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from headwater.db.base import Tags
from headwater.db.hot import HotStatement
from headwater.notifications.models import FlowRunNotificationPolicy
from headwater.notifications.schemas.news import News
from headwater.notifications.schemas.policies import Policy

_POLICY = FlowRunNotificationPolicy.__table__
_COLUMNS = [_POLICY.c[field.name] for field in fields(Policy)]
_THIS = (_POLICY.c.workspace_id == bindparam("workspace")) & (_POLICY.c.id == bindparam("policy"))
_ADD = insert(_POLICY)
_FIND = select(*_COLUMNS).where(_THIS)
_CHANGE = update(_POLICY).where(_THIS).returning(_POLICY.c.id)
_REMOVE = delete(_POLICY).where(_THIS).returning(_POLICY.c.id)
_LIST = (
    select(*_COLUMNS)
    .where(_POLICY.c.workspace_id == bindparam("workspace"))
    .order_by(_POLICY.c.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_LIST_BY_ACTIVE = _LIST.where(_POLICY.c.is_active == bindparam("active"))


def _has_none_or(column: ColumnElement[Any], wanted: ColumnElement[Any]) -> ColumnElement[bool]:
    """SQLite: say if the list in *column* is empty, or shares a member with the list *wanted*."""
    kept = func.json_each(column).table_valued("value", name=f"kept_{column.name}")
    sought = func.json_each(wanted).table_valued("value", name=f"sought_{column.name}")
    shared = exists().select_from(kept).where(kept.c.value.in_(select(sought.c.value)))
    return or_(func.json_array_length(column) == 0, shared)


def _matching(names: ColumnElement[bool], tags: ColumnElement[bool]) -> Select[Any]:
    return (
        select(_POLICY.c.id, _POLICY.c.block_document_id, _POLICY.c.message_template)
        .where(_POLICY.c.workspace_id == bindparam("workspace"), _POLICY.c.is_active, names, tags)
        .order_by(_POLICY.c.id)
    )


def _matching_on_sqlite() -> Select[Any]:
    return _matching(
        _has_none_or(_POLICY.c.state_names, bindparam("names", type_=Tags)),
        _has_none_or(_POLICY.c.tags, bindparam("tags", type_=Tags)),
    )


def _matching_on_postgresql() -> Select[Any]:
    def has_none_or(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        shared = column.bool_op("?|")(bindparam(name, type_=ARRAY(String)))
        return or_(func.jsonb_array_length(column) == 0, shared)

    return _matching(
        has_none_or(_POLICY.c.state_names, "names"), has_none_or(_POLICY.c.tags, "tags")
    )


_MATCHING = {
    "sqlite": HotStatement(_matching_on_sqlite()),
    "postgresql": HotStatement(_matching_on_postgresql()),
}


def list_matching(session: Session, news: News) -> Sequence[Row[Any]]:
    """Return (id, block_document_id, message_template) of the active policies that want *news*."""
    wanted = {"workspace": news.workspace_id, "names": [news.state_name], "tags": news.tags}
    return _MATCHING[session.get_bind().dialect.name].all(session, wanted)


def is_any_active(workspace: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a workspace has an active policy at all."""
    return exists().where(_POLICY.c.workspace_id == workspace, _POLICY.c.is_active)


def add_policy(session: Session, row: Mapping[str, Any]) -> None:
    session.execute(_ADD, row)


def find_policy(session: Session, workspace: UUID, policy_id: UUID) -> Policy | None:
    row = session.execute(_FIND, {"workspace": workspace, "policy": policy_id}).first()
    return None if row is None else Policy(*row)


def list_policies(
    session: Session, workspace: UUID, active: bool | None, limit: int, offset: int
) -> list[Policy]:
    values = {"workspace": workspace, "active": active, "limit": limit, "offset": offset}
    rows = session.execute(_LIST if active is None else _LIST_BY_ACTIVE, values)
    return [Policy(*row) for row in rows]


def change_policy(
    session: Session, workspace: UUID, policy_id: UUID, values: Mapping[str, Any]
) -> bool:
    """Say if there is such a policy."""
    keys = {"workspace": workspace, "policy": policy_id}
    return session.execute(_CHANGE.values(**values), keys).first() is not None


def remove_policy(session: Session, workspace: UUID, policy_id: UUID) -> bool:
    """Say if there was such a policy."""
    keys = {"workspace": workspace, "policy": policy_id}
    return session.execute(_REMOVE, keys).first() is not None
