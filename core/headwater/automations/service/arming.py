"""The automations that are on, ready to be asked about events."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from orjson import Fragment
from pydantic import TypeAdapter
from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.automations.queries import memory as queries
from headwater.automations.rules.armed import Armed
from headwater.automations.rules.engine import Engine
from headwater.automations.schemas.triggers import Trigger
from headwater.db.json import parse
from headwater.shapes import LATE

_TRIGGER: TypeAdapter[Any] = TypeAdapter(Trigger, config=LATE)


class Arsenal:
    """The engine, and the versions of the automations that it was made of."""

    def __init__(self) -> None:
        self.engine = Engine(())
        self._versions: Mapping[UUID, datetime] | None = None
        self._armed: dict[UUID, Armed] = {}

    def renew(self, session: Session) -> bool:
        """Make the engine anew if any automation changed; return whether one did."""
        versions = queries.list_versions(session)
        if versions == self._versions:
            return False
        known = self._versions or {}
        changed = [one for one, version in versions.items() if known.get(one) != version]
        rows = queries.list_armed(session, changed)
        read = {row.id: arm(row, row.workspace_id, row.updated) for row in rows}
        # One that changed in between is not there, or newer: the next look finds that out.
        armed = {one: read.get(one) or self._armed.get(one) for one in versions}
        self._armed = {one: value for one, value in armed.items() if value is not None}
        self._versions = {one: value.since for one, value in self._armed.items()}
        self.engine = Engine(self._armed.values())
        return True


def arm(row: Row[Any], workspace: UUID, since: datetime) -> Armed:
    """Return an automation for the engine, to see what came *since* some time."""
    shown = {
        name: parse(value) if isinstance(value, Fragment) else value
        for name, value in row._mapping.items()
        if name != "workspace_id"
    }
    return Armed(row.id, workspace, _TRIGGER.validate_python(shown["trigger"]), since, shown)
