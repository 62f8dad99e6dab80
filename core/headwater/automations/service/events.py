"""Events of the log as triggers see them, and as firings and templates have them: as on the wire,
their values plain ones."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from orjson import Fragment
from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.automations.rules.armed import Seen
from headwater.automations.rules.causes import DOINGS
from headwater.db.json import parse
from headwater.events.queries import unread

MOST_LEVELS = 100  # of a payload: of some hundred more nobody reads or writes JSON
Shown = dict[str, Any]


def see_event(row: Row[Any]) -> Seen:
    return Seen(
        row.id,
        row.workspace_id,
        row.occurred,
        row.received,
        row.event,
        parse(row.resource),
        parse(row.related),
    )


def find_event(session: Session, event_id: UUID) -> Shown | None:
    """Return an event as templates see it, None where it is gone."""
    row = next(iter(unread.list_whole(session, [event_id])), None)
    return None if row is None else _show(row, parse(row.payload))


def load_events(session: Session, ids: Collection[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """Return those of these events that there are, as firings keep them."""
    return {row.id: _show_kept(row) for row in unread.list_whole(session, ids)} if ids else {}


def _show_kept(row: Row[Any]) -> Shown:
    """Return an event. One that tells of a firing comes without the event behind that: else
    automations that fire by one another would tell more with every turn."""
    payload = _parse_payload(row.payload)
    if row.event.startswith(DOINGS) and "triggering_event" in payload:
        payload = payload | {"triggering_event": None}
    return _show(row, payload)


def _show(row: Row[Any], payload: Any) -> Shown:
    shown = {
        name: parse(value) if isinstance(value, Fragment) else value
        for name, value in row._mapping.items()
        if name != "payload"
    }
    shown |= {name: shown[name].isoformat() for name in ("occurred", "received")}
    shown |= {name: str(shown[name]) for name in ("id", "follows") if shown[name] is not None}
    return shown | {"payload": payload}


def _parse_payload(payload: Fragment) -> Any:
    """Return a payload; an empty one where it is too deep to be within what tells of it."""
    try:
        parsed = parse(payload)
    except ValueError:
        return {}
    return parsed if _levels(parsed) < MOST_LEVELS else {}


def _levels(value: Any) -> int:
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return 1 + max(map(_levels, parts), default=0)
    return 0
