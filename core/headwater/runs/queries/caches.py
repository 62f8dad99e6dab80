"""Statements over the states that later task runs may take over."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, insert, or_, select
from sqlalchemy.orm import Session

from headwater.ids import uuid7
from headwater.runs.models import CachedState, TaskRunState
from headwater.runs.schemas.states import State

_cache, _state = CachedState.__table__, TaskRunState.__table__
_own = ("id", "type", "name", "timestamp", "message", "data")
_FIND: Select[Any] = (
    select(*(_state.c[name].label(f"state_{name}") for name in _own), _state.c.state_details)
    .join(_cache, _cache.c.task_run_state_id == _state.c.id)
    .where(_cache.c.workspace_id == bindparam("workspace"), _cache.c.cache_key == bindparam("key"))
    .where(or_(_cache.c.cache_expiration.is_(None), _cache.c.cache_expiration > bindparam("now")))
    .order_by(_cache.c.created.desc(), _cache.c.id.desc())
    .limit(1)
)
_ADD = insert(_cache)


def find_cached_state(
    session: Session, workspace: UUID, cache_key: str, now: datetime
) -> Row[Any] | None:
    """Return the latest state under the key that has not expired, in a run's columns."""
    keys = {"workspace": workspace, "key": cache_key, "now": now}
    return session.execute(_FIND, keys).first()


def add_cached_state(session: Session, workspace: UUID, state: State, now: datetime) -> None:
    values = {"id": uuid7(), "workspace_id": workspace, "created": now}
    values |= {"task_run_state_id": state.id, "cache_key": state.details.cache_key}
    session.execute(_ADD, values | {"cache_expiration": state.details.cache_expiration})
