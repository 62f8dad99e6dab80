"""Every statement over saved searches."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, delete, select
from sqlalchemy.orm import Session

from headwater.db.upserts import insert_or_change
from headwater.errors import NotFoundError
from headwater.searches.models import SavedSearch

_search = SavedSearch.__table__
_SHOWN = [column for column in _search.c if column.name != "workspace_id"]
_mine = _search.c.workspace_id == bindparam("workspace")
_this = _search.c.id == bindparam("this")
_SEARCH = select(*_SHOWN).where(_mine, _this)
_DELETE = delete(_search).where(_mine, _this).returning(_search.c.id)
_SEARCHES = select(*_SHOWN).where(_mine).order_by(_search.c.name)
_SAVE = insert_or_change(_search, ["workspace_id", "name"], ["filters", "updated"]).returning(
    *_SHOWN
)


def save_search(session: Session, row: Mapping[str, Any]) -> Row[Any]:
    """Keep a search under its name; the one of that name keeps its id."""
    return session.execute(_SAVE, row).one()


def get_search(session: Session, workspace: UUID, search_id: UUID) -> Row[Any]:
    return _existing(session.execute(_SEARCH, {"workspace": workspace, "this": search_id}).first())


def list_searches(session: Session, workspace: UUID, limit: int, offset: int) -> Sequence[Row[Any]]:
    page = _SEARCHES.limit(limit).offset(offset)
    return session.execute(page, {"workspace": workspace}).all()


def delete_search(session: Session, workspace: UUID, search_id: UUID) -> None:
    _existing(session.execute(_DELETE, {"workspace": workspace, "this": search_id}).first())


def _existing(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise NotFoundError("Saved search not found")
    return row
