"""The table of flows."""

from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from headwater.db.base import Base, Entity, Tenant


class Flow(Base, Entity, Tenant):
    __tablename__ = "flow"

    name: Mapped[str]
    tags: Mapped[list[str]]
    labels: Mapped[dict[str, Any]]

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)
