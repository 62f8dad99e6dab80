"""The table of variables."""

from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from headwater.db.base import Base, Entity, Tenant


class Variable(Base, Entity, Tenant):
    """A value by name. None is a value: that of the JSON null."""

    __tablename__ = "variable"

    name: Mapped[str]
    value: Mapped[Any | None]
    tags: Mapped[list[str]]

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)
