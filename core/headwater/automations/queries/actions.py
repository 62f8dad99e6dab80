"""Every statement by which actions of firings are found, held and settled."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from headwater.automations.models import ActionState, AutomationAction, AutomationFiring

_action, _firing = AutomationAction.__table__, AutomationFiring.__table__
_pending = _action.c.state == ActionState.PENDING
_this = _action.c.id == bindparam("this")
_due = (_pending, _action.c.due <= bindparam("now"))
_PAGE: Select[Any] = (
    select(_action.c.id, _action.c.due, _action.c.action, _action.c.attempts)
    .where(*_due)
    .order_by(_action.c.due, _action.c.id)
    .limit(bindparam("most"))
)
_NEXT_PAGE = _PAGE.where(
    tuple_(_action.c.due, _action.c.id)
    > tuple_(bindparam("due", type_=_action.c.due.type), bindparam("last", type_=_action.c.id.type))
)
_NEXT_DUE = select(func.min(_action.c.due)).where(_pending, _action.c.due > bindparam("now"))
_WHOLE = (
    select(
        *(_action.c[name] for name in ("id", "workspace_id", "number", "on_trigger", "action")),
        *(_action.c[name] for name in ("attempts", "state")),
        *(_firing.c[name] for name in ("event_id", "firing", "automation", "resolved")),
    )
    .join(_firing, _firing.c.id == _action.c.firing_id)
    .where(_this)
)
# One that another process has is left out; where the storage has one writer, none has it.
_HOLD = (
    select(_action.c.id)
    .where(_this, *_due, _action.c.claim.is_(None))
    .with_for_update(skip_locked=True)
)
_free = or_(_action.c.claim.is_(None), _action.c.due <= bindparam("now"))
_CLAIM = (
    update(_action)
    .where(_this, *_due, _free)
    .values(claim=bindparam("token"), due=bindparam("until"), attempts=_action.c.attempts + 1)
    .returning(_action.c.attempts)
)
_CHANGE = update(_action).where(_this, _pending)


def list_due(
    session: Session, now: datetime, most: int, after: tuple[datetime, UUID] | None = None
) -> Sequence[Row[Any]]:
    """Return actions whose time has come, the first due first: *id*, *due*, *action* and
    *attempts*."""
    values: dict[str, Any] = {"now": now, "most": most}
    if after is None:
        return session.execute(_PAGE, values).all()
    return session.execute(_NEXT_PAGE, values | {"due": after[0], "last": after[1]}).all()


def find_next_due(session: Session, now: datetime) -> datetime | None:
    found: datetime | None = session.scalar(_NEXT_DUE, {"now": now})
    return found


def find_whole(session: Session, action_id: UUID) -> Row[Any] | None:
    """Return an action with its firing, None where it is gone."""
    return session.execute(_WHOLE, {"this": action_id}).first()


def hold(session: Session, action_id: UUID, *, now: datetime) -> bool:
    """Hold an action until the unit of work ends; say if nobody else has it, or did it."""
    return session.execute(_HOLD, {"this": action_id, "now": now}).first() is not None


def claim(
    session: Session, action_id: UUID, token: UUID, until: datetime, *, now: datetime
) -> int | None:
    """Claim an action; return how often it was now, None where another has it."""
    values = {"this": action_id, "token": token, "until": until, "now": now}
    found: int | None = session.scalar(_CLAIM, values)
    return found


def change(
    session: Session, action_id: UUID, token: UUID | None, values: Mapping[str, Any]
) -> bool:
    """Change an action that is pending and has that claim, or none; say if it was."""
    ours = _action.c.claim.is_(None) if token is None else _action.c.claim == token
    result = session.execute(
        _CHANGE.where(ours).values(**values).returning(_action.c.id), {"this": action_id}
    )
    return result.first() is not None
