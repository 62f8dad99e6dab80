"""Statements over what automations did: to show it, and to remove what is old."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Row, bindparam, delete, exists, select
from sqlalchemy.orm import Session

from headwater.access.models import Workspace
from headwater.automations.models import ActionState, Automation, AutomationAction, AutomationFiring

_automation, _firing = Automation.__table__, AutomationFiring.__table__
_action = AutomationAction.__table__
MOST = 500  # firings looked through
_SHOWN = ("id", "automation_id", "triggered", "event_id", "firing", "automation", "resolved")
_of_automation = (
    _firing.c.workspace_id == bindparam("workspace"),
    _firing.c.automation_id == bindparam("automation"),
)
_FIRINGS = (
    select(*(_firing.c[name] for name in _SHOWN))
    .where(*_of_automation)
    .order_by(_firing.c.triggered.desc(), _firing.c.id.desc())
)
_FIRINGS_SINCE = (
    select(*(_firing.c[name] for name in _SHOWN))
    .where(*_of_automation, _firing.c.triggered >= bindparam("since"))
    .order_by(_firing.c.triggered, _firing.c.id)
    .limit(MOST)
)
_IDS: BindParameter[UUID] = bindparam("ids", expanding=True)
# One by one, by the index: of a group, either database would look at all firings.
_LATEST = (
    select(_firing.c.triggered)
    .where(
        _firing.c.workspace_id == bindparam("workspace"),
        _firing.c.automation_id == _automation.c.id,
        _firing.c.resolved.is_(False),
    )
    .order_by(_firing.c.triggered.desc())
    .limit(1)
    .scalar_subquery()
)
_LAST_FIRED = select(_automation.c.id, _LATEST.label("triggered")).where(
    _automation.c.workspace_id == bindparam("workspace"), _automation.c.id.in_(_IDS)
)
_ACTIONS = (
    select(_action)
    .where(_action.c.firing_id.in_(_IDS))
    .order_by(_action.c.firing_id, _action.c.number)
)
_WORKSPACES = select(Workspace.__table__.c.id).scalar_subquery()
_waits = exists().where(_action.c.firing_id == _firing.c.id, _action.c.state == ActionState.PENDING)
_OLD = (
    select(_firing.c.id)
    .where(
        _firing.c.workspace_id.in_(_WORKSPACES),
        _firing.c.triggered < bindparam("before"),
        ~_waits,
    )
    .limit(bindparam("most"))
)
_REMOVE = delete(_firing).where(_firing.c.id.in_(_IDS))  # and their actions


def list_firings(
    session: Session, workspace: UUID, automation_id: UUID, limit: int, offset: int
) -> Sequence[Row[Any]]:
    of = {"workspace": workspace, "automation": automation_id}
    return session.execute(_FIRINGS.limit(limit).offset(offset), of).all()


def list_firings_since(
    session: Session, workspace: UUID, automation_id: UUID, since: datetime
) -> Sequence[Row[Any]]:
    """Return the first firings since then, MOST at most."""
    of = {"workspace": workspace, "automation": automation_id, "since": since}
    return session.execute(_FIRINGS_SINCE, of).all()


def list_actions(session: Session, firing_ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    """Return the actions of firings, those of each in their order."""
    return session.execute(_ACTIONS, {"ids": list(firing_ids)}).all() if firing_ids else ()


def list_old_firings(session: Session, before: datetime, most: int) -> Sequence[UUID]:
    """Return firings of all workspaces from before then whose actions are over."""
    return session.scalars(_OLD, {"before": before, "most": most}).all()


def remove_firings(session: Session, ids: Sequence[UUID]) -> None:
    session.execute(_REMOVE, {"ids": list(ids)})


def find_last_fired(
    session: Session, workspace: UUID, automation_ids: Collection[UUID]
) -> dict[UUID, datetime]:
    """Return when each of those automations fired last that did."""
    if not automation_ids:
        return {}
    values = {"workspace": workspace, "ids": list(automation_ids)}
    rows = session.execute(_LAST_FIRED, values)
    return {row.id: row.triggered for row in rows if row.triggered is not None}
