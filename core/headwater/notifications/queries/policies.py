"""Every statement over notification policies."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    outerjoin,
    select,
    update,
)
from sqlalchemy.orm import Session

from headwater.db.base import Tags
from headwater.db.hot import HotStatement
from headwater.db.json import parse
from headwater.db.upserts import insert_new
from headwater.notifications.models import FlowRunNotificationPolicy, OpenProblem
from headwater.notifications.schemas.news import News
from headwater.notifications.schemas.own_policies import OwnPoliciesWanted, OwnPolicy
from headwater.notifications.schemas.policies import Policy

_POLICY, _OPEN = FlowRunNotificationPolicy.__table__, OpenProblem.__table__
_TOLD_BY = (
    *("id", "block_document_id", "more_channel_ids", "fallback_channel_ids", "fallback_after"),
    *("templating", "title_template", "message_template", "recovery", "grouping", "quiet_hours"),
)
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
_OWN = select(
    *(_POLICY.c[field.name] for field in fields(OwnPolicy) if field.name in _POLICY.c),
    *(_POLICY.c[name] for name in ("block_document_id", "more_channel_ids")),
)
_FIND_OWN = _OWN.where(_THIS)
_LOCK_OWN = _FIND_OWN.with_for_update(key_share=True)
_LIST_OWN = (
    _OWN.where(_POLICY.c.workspace_id == bindparam("workspace"))
    .order_by(_POLICY.c.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_OPEN_PROBLEMS = insert_new(_OPEN)
_CLOSE_PROBLEM = delete(_OPEN).where(
    _OPEN.c.policy_id == bindparam("policy"), _OPEN.c.subject_id == bindparam("subject")
)
_LIST_BY_ACTIVE = _LIST.where(_POLICY.c.is_active == bindparam("active"))


def _lists_sqlite(column: ColumnElement[Any], wanted: ColumnElement[Any]) -> tuple[Any, Any]:
    kept = func.json_each(column).table_valued("value", name=f"kept_{column.name}")
    sought = func.json_each(wanted).table_valued("value", name=f"sought_{column.name}")
    return kept, select(sought.c.value)


def _shares_on_sqlite(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Say if the list in *column* has a member of the list called *name*."""
    kept, sought = _lists_sqlite(column, bindparam(name, type_=Tags))
    return exists().select_from(kept).where(kept.c.value.in_(sought))


def _has_none_or_on_sqlite(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return or_(func.json_array_length(column) == 0, _shares_on_sqlite(column, name))


def _is_part_on_sqlite(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    kept, sought = _lists_sqlite(column, bindparam(name, type_=Tags))
    return ~exists().select_from(kept).where(kept.c.value.not_in(sought))


def _shares_on_postgresql(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column.bool_op("?|")(bindparam(name, type_=ARRAY(String)))


def _has_none_or_on_postgresql(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return or_(func.jsonb_array_length(column) == 0, _shares_on_postgresql(column, name))


def _is_part_on_postgresql(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column.bool_op("<@")(func.to_jsonb(bindparam(name, type_=ARRAY(String))))


def _matching(
    has_none_or: Callable[[ColumnElement[Any], str], ColumnElement[bool]],
    is_part: Callable[[ColumnElement[Any], str], ColumnElement[bool]],
) -> Select[Any]:
    """Return the policies that want news, or have told of what is over with it."""
    c = _POLICY.c
    wanted = and_(
        has_none_or(c.state_names, "names"),
        has_none_or(c.tags, "tags"),
        or_(~c.match_all_tags, is_part(c.tags, "tags")),
        has_none_or(c.flow_ids, "flows"),
        has_none_or(c.deployment_ids, "deployments"),
        has_none_or(c.work_pool_ids, "work_pools"),
    )
    ends = and_(bindparam("is_over", type_=Boolean), c.recovery, _OPEN.c.policy_id.is_not(None))
    told = and_(_OPEN.c.policy_id == c.id, _OPEN.c.subject_id == bindparam("subject"))
    return (
        select(
            *(c[name] for name in _TOLD_BY),
            wanted.label("is_wanted"),
            _OPEN.c.since,
            _OPEN.c.group_id,
        )
        .select_from(outerjoin(_POLICY, _OPEN, told))
        .where(c.workspace_id == bindparam("workspace"), c.is_active, or_(wanted, ends))
        .order_by(c.id)
    )


_MATCHING = {
    "sqlite": HotStatement(_matching(_has_none_or_on_sqlite, _is_part_on_sqlite)),
    "postgresql": HotStatement(_matching(_has_none_or_on_postgresql, _is_part_on_postgresql)),
}


def _uses_channel(
    shares: Callable[[ColumnElement[Any], str], ColumnElement[bool]],
) -> ColumnElement[bool]:
    c = _POLICY.c
    return or_(
        c.block_document_id == bindparam("channel"),
        *(shares(column, "channels") for column in (c.more_channel_ids, c.fallback_channel_ids)),
    )


_USES_CHANNEL = {
    "sqlite": _uses_channel(_shares_on_sqlite),
    "postgresql": _uses_channel(_shares_on_postgresql),
}


def list_matching(session: Session, news: News) -> Sequence[Row[Any]]:
    """Return what `announce` needs of the active policies that want *news*, or whose open problem
    is over with it: then *since* is where that began.
    """
    wanted = {
        "workspace": news.workspace_id,
        "names": [news.state_name],
        "tags": news.tags,
        "flows": [str(news.flow_id)],
        "deployments": [str(news.deployment_id)],
        "work_pools": [str(news.work_pool_id)],
        "subject": news.subject_id,
        "is_over": news.is_over,
    }
    return _MATCHING[session.get_bind().dialect.name].all(session, wanted)


def open_problems(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep that problems were told; those that are open already stay as they are."""
    session.execute(_OPEN_PROBLEMS, rows)


def close_problem(session: Session, policy_id: UUID, subject_id: UUID) -> None:
    session.execute(_CLOSE_PROBLEM, {"policy": policy_id, "subject": subject_id})


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


def find_own_policy(session: Session, workspace: UUID, policy_id: UUID) -> OwnPolicy | None:
    row = session.execute(_FIND_OWN, {"workspace": workspace, "policy": policy_id}).first()
    return None if row is None else _own(row)


def lock_own_policy(session: Session, workspace: UUID, policy_id: UUID) -> OwnPolicy | None:
    """Return a policy that others cannot change before this transaction ends."""
    row = session.execute(_LOCK_OWN, {"workspace": workspace, "policy": policy_id}).first()
    return None if row is None else _own(row)


def list_own_policies(
    session: Session, workspace: UUID, wanted: OwnPoliciesWanted
) -> list[OwnPolicy]:
    values = {
        "workspace": workspace,
        "active": wanted.is_active,
        "channel": wanted.channel_id,
        "channels": [str(wanted.channel_id)],
        "limit": wanted.page_limit,
        "offset": wanted.offset,
    }
    statement = _LIST_OWN
    if wanted.is_active is not None:
        statement = statement.where(_POLICY.c.is_active == bindparam("active"))
    if wanted.channel_id is not None:
        statement = statement.where(_USES_CHANNEL[session.get_bind().dialect.name])
    return list(map(_own, session.execute(statement, values)))


def _own(row: Row[Any]) -> OwnPolicy:
    values = row._asdict()
    first, more = values.pop("block_document_id"), parse(values.pop("more_channel_ids"))
    fallbacks = parse(values.pop("fallback_channel_ids"))
    return OwnPolicy(**values, channel_ids=[str(first), *more], fallback_channel_ids=fallbacks)


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
