"""The table of saved searches."""

from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from headwater.db.base import Base, Entity, Tenant


class SavedSearch(Base, Entity, Tenant):
    __tablename__ = "saved_search"

    name: Mapped[str]
    filters: Mapped[Any]

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)
