"""What the server does with saved searches."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import fragment
from headwater.ids import uuid7
from headwater.searches import queries
from headwater.searches.schemas import SavedSearchCreate


def save(
    session: Session, workspace: UUID, new: SavedSearchCreate, *, now: datetime
) -> tuple[Row[Any], bool]:
    """Return the search of that name with these filters, and whether it is new."""
    row = {"id": uuid7(), "workspace_id": workspace, "created": now, "updated": now}
    row |= {"name": new.name, "filters": fragment([one.model_dump() for one in new.filters])}
    saved = queries.save_search(session, row)
    return saved, saved.id == row["id"]
