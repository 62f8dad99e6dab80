"""The table of workspaces."""

from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Entity

# The migration makes it; requests that name no workspace are in it.
DEFAULT_WORKSPACE = UUID("00000000-0000-0000-0000-000000000001")


class Workspace(Base, Entity):
    __tablename__ = "workspace"

    name: Mapped[str] = mapped_column(unique=True)
