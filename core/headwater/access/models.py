"""The tables of workspaces, and of the tokens that clients prove themselves with."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Entity

# The migration makes it; requests that name no workspace are in it.
DEFAULT_WORKSPACE = UUID("00000000-0000-0000-0000-000000000001")


class Workspace(Base, Entity):
    __tablename__ = "workspace"

    name: Mapped[str] = mapped_column(unique=True)


class CsrfToken(Base, Entity):
    """What a client has to send along with all that changes something, until it expires.

    It belongs to the server, not to a workspace: a client asks for it before all else.
    """

    __tablename__ = "csrf_token"

    client: Mapped[str] = mapped_column(unique=True)
    token: Mapped[str]
    expiration: Mapped[datetime] = mapped_column(index=True)
