"""Every statement over incidents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.orm import Session

from headwater.errors import NotFoundError
from headwater.incidents.models import Incident
from headwater.incidents.schemas.incidents import IncidentsWanted

_incident = Incident.__table__
_SHOWN = [column for column in _incident.c if column.name != "workspace_id"]
_mine = _incident.c.workspace_id == bindparam("workspace")
_this = _incident.c.id == bindparam("this")
_INCIDENT = select(*_SHOWN).where(_mine, _this)
_INCIDENTS = (
    select(*_SHOWN).where(_mine).order_by(_incident.c.created.desc(), _incident.c.id.desc())
)
_ADD = insert(_incident)
_CLOSE = (
    update(_incident)
    .where(_mine, _this, _incident.c.closed.is_(None))
    .values(closed=bindparam("now"), updated=bindparam("now"), note=bindparam("said"))
    .returning(*_SHOWN)
)


def add_incident(session: Session, row: Mapping[str, Any]) -> None:
    session.execute(_ADD, row)


def get_incident(session: Session, workspace: UUID, incident_id: UUID) -> Row[Any]:
    values = {"workspace": workspace, "this": incident_id}
    found = session.execute(_INCIDENT, values).first()
    if found is None:
        raise NotFoundError("Incident not found")
    return found


def list_incidents(
    session: Session, workspace: UUID, wanted: IncidentsWanted
) -> Sequence[Row[Any]]:
    page = _INCIDENTS.limit(wanted.page_limit).offset(wanted.offset)
    if wanted.open is not None:
        is_open = _incident.c.closed.is_(None)
        page = page.where(is_open if wanted.open else ~is_open)
    if wanted.severities:
        page = page.where(_incident.c.severity.in_(set(wanted.severities)))
    return session.execute(page, {"workspace": workspace}).all()


def close_incident(
    session: Session, workspace: UUID, incident_id: UUID, note: str | None, now: datetime
) -> Row[Any] | None:
    """Return the incident, None where none of that id is open."""
    values = {"workspace": workspace, "this": incident_id, "now": now, "said": note}
    return session.execute(_CLOSE, values).first()
