"""Every statement over automations."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from headwater.automations.models import Automation, AutomationRelatedResource
from headwater.automations.schemas.automations import AutomationFilter, AutomationSort
from headwater.db.criteria import Condition, join, meet, meet_tags
from headwater.errors import NotFoundError

_automation, _related = Automation.__table__, AutomationRelatedResource.__table__
_SHOWN = [column for column in _automation.c if column.name != "workspace_id"]
_mine = _automation.c.workspace_id == bindparam("workspace")
_this = _automation.c.id == bindparam("this")
_AUTOMATION = select(*_SHOWN).where(_mine, _this)
_LOCKED = _AUTOMATION.with_for_update()
_ADD = insert(_automation).returning(*_SHOWN)
_CHANGE = update(_automation).where(_mine, _this)
_DELETE = delete(_automation).where(_mine, _this).returning(*_SHOWN)
_of_resource = (
    _related.c.workspace_id == bindparam("workspace"),
    _related.c.resource_id == bindparam("resource"),
)
_RELATED_TO = (
    select(*_SHOWN)
    .where(_mine, _automation.c.id.in_(select(_related.c.automation_id).where(*_of_resource)))
    .order_by(_automation.c.name, _automation.c.id)
)
_DELETE_OWNED = delete(_automation).where(
    _mine,
    _automation.c.created < bindparam("before"),
    _automation.c.id.in_(
        select(_related.c.automation_id).where(*_of_resource, _related.c.owns.is_(True))
    ),
)
_OWNERS = select(_related.c.resource_id).where(
    _related.c.automation_id == bindparam("this"), _related.c.owns.is_(True)
)
_ADD_RELATED = insert(_related)
_FORGET_RELATED = delete(_related).where(
    _related.c.automation_id == bindparam("this"), _related.c.owns.is_(False)
)
_ORDER: dict[AutomationSort, ColumnElement[Any]] = {
    AutomationSort.CREATED_DESC: _automation.c.created.desc(),
    AutomationSort.UPDATED_DESC: _automation.c.updated.desc(),
    AutomationSort.NAME_ASC: _automation.c.name.asc(),
    AutomationSort.NAME_DESC: _automation.c.name.desc(),
}


def add_automation(session: Session, row: Mapping[str, Any]) -> Row[Any]:
    return session.execute(_ADD, row).one()


def get_automation(session: Session, workspace: UUID, automation_id: UUID) -> Row[Any]:
    values = {"workspace": workspace, "this": automation_id}
    return _existing(session.execute(_AUTOMATION, values).first())


def get_locked_automation(session: Session, workspace: UUID, automation_id: UUID) -> Row[Any]:
    """Return an automation, locked where the database locks rows."""
    values = {"workspace": workspace, "this": automation_id}
    return _existing(session.execute(_LOCKED, values).first())


def change_automation(
    session: Session, workspace: UUID, automation_id: UUID, changes: Mapping[str, Any]
) -> Row[Any]:
    change = _CHANGE.values(**changes).returning(*_SHOWN)
    values = {"workspace": workspace, "this": automation_id}
    return _existing(session.execute(change, values).first())


def delete_automation(session: Session, workspace: UUID, automation_id: UUID) -> Row[Any]:
    """Return the automation that was."""
    values = {"workspace": workspace, "this": automation_id}
    return _existing(session.execute(_DELETE, values).first())


def list_related_to(session: Session, workspace: UUID, resource_id: str) -> Sequence[Row[Any]]:
    values = {"workspace": workspace, "resource": resource_id}
    return session.execute(_RELATED_TO, values).all()


def delete_owned_by(session: Session, workspace: UUID, resource_id: str, before: datetime) -> None:
    values = {"workspace": workspace, "resource": resource_id, "before": before}
    session.execute(_DELETE_OWNED, values)


def relate(
    session: Session,
    workspace: UUID,
    automation_id: UUID,
    resources: Collection[str],
    owner: str | None = None,
) -> None:
    """Note what an automation is about, in place of what it was, and what owns it."""
    session.execute(_FORGET_RELATED, {"this": automation_id})
    owners = set(session.execute(_OWNERS, {"this": automation_id}).scalars())
    new = {one: False for one in resources if one not in owners}
    new |= {owner: True} if owner is not None else {}
    if new:
        known = {"workspace_id": workspace, "automation_id": automation_id}
        rows = [known | {"resource_id": one, "owns": owns} for one, owns in new.items()]
        session.execute(_ADD_RELATED, rows)


def list_automations(
    session: Session, condition: Condition, sort: AutomationSort, limit: int, offset: int
) -> Sequence[Row[Any]]:
    page = select(*_SHOWN).where(condition).order_by(_ORDER[sort], _automation.c.id)
    return session.execute(page.limit(limit).offset(offset)).all()


def count_automations(session: Session, condition: Condition) -> int:
    return session.scalars(select(func.count()).select_from(_automation).where(condition)).one()


def automations_wanted(workspace: UUID, wanted: AutomationFilter | None, dialect: str) -> Condition:
    of_workspace = _automation.c.workspace_id == workspace
    if wanted is None:
        return of_workspace
    conditions = [
        *meet(_automation.c.id, wanted.id),
        *meet(_automation.c.name, wanted.name),
        *meet(_automation.c.created, wanted.created),
        *meet_tags(_automation.c.tags, wanted.tags, dialect),
    ]
    return and_(of_workspace, join(wanted, conditions))


def _existing(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise NotFoundError("Automation not found", key="exception_message")
    return row
