"""Statements that index the event log block by block, and forget blocks that are empty."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Row, Select, bindparam, delete, exists, func, insert, select
from sqlalchemy.orm import Session

from headwater.db.bulk import insert_from_json
from headwater.db.upserts import insert_new
from headwater.events.models import Event, EventBlock, EventResource
from headwater.events.rules.blocks import BLOCK, Mentions

_event, _block, _resource = Event.__table__, EventBlock.__table__, EventResource.__table__
_END = select((func.coalesce(func.max(_block.c.number), -1) + 1) * BLOCK)
_NEXT = (
    select(_event.c.position)
    .where(_event.c.position >= bindparam("end"))
    .order_by(_event.c.position)
    .limit(1)
)
_WITHIN: Select[Any] = select(
    *(_event.c[name] for name in ("position", "workspace_id", "occurred", "resource_id", "related"))
).where(_event.c.position >= bindparam("first"), _event.c.position < bindparam("end"))
_ADD_BLOCK = insert_new(_block, ["number"]).returning(_block.c.number)
_ADD = insert(_resource)
_ADD_AS_JSON = insert_from_json(_resource)
_first = _block.c.number * BLOCK
_EMPTY = (
    select(_block.c.number)
    .where(
        _block.c.until < bindparam("before"),
        ~exists(
            select(1)
            .select_from(_event)
            .where(_event.c.position >= _first, _event.c.position < _first + BLOCK)
        ),
    )
    .limit(bindparam("most"))
)
_numbers: BindParameter[Any] = bindparam("numbers", expanding=True)
_FORGET = [
    delete(_resource).where(_resource.c.block.in_(_numbers)),
    delete(_block).where(_block.c.number.in_(_numbers)),
]


def find_end(session: Session) -> int:
    """Return the first position after those that are indexed."""
    return int(session.execute(_END).scalar_one())


def find_next(session: Session, end: int) -> int | None:
    """Return the first position from there on at which an event is."""
    found: int | None = session.execute(_NEXT, {"end": end}).scalar()
    return found


def list_within(session: Session, number: int) -> Sequence[Row[Any]]:
    """Return what is indexed of a block's events."""
    first = number * BLOCK
    return session.execute(_WITHIN, {"first": first, "end": first + BLOCK}).all()


def add_block(
    session: Session,
    number: int,
    since: datetime,
    until: datetime,
    resources: Mapping[UUID, Mapping[str, Mentions]],
) -> bool:
    """Keep what a block mentions; return whether nobody else has."""
    new = {"number": number, "since": since, "until": until}
    if session.execute(_ADD_BLOCK, new).first() is None:
        return False
    rows = [
        {
            "workspace_id": workspace,
            "resource_id": own,
            "block": number,
            "about": mentions.about,
            "related": mentions.related,
        }
        for workspace, of_workspace in resources.items()
        for own, mentions in of_workspace.items()
    ]
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_ADD_AS_JSON, {"rows": rows})
    else:
        session.execute(_ADD, rows)
    return True


def list_empty(session: Session, before: datetime, most: int) -> Sequence[int]:
    """Return blocks of events that occurred before then, and are all gone."""
    return session.execute(_EMPTY, {"before": before, "most": most}).scalars().all()


def forget(session: Session, numbers: Sequence[int]) -> None:
    for statement in _FORGET:
        session.execute(statement, {"numbers": list(numbers)})
