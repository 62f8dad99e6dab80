"""The table of webhooks."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Entity, Tenant


class Webhook(Base, Entity, Tenant):
    """An address, and how what comes there is made an event.

    Of its token there is the digest alone; the *secret* that senders sign with is encrypted.
    """

    __tablename__ = "webhook"

    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)  # of all workspaces: the address names none
    description: Mapped[str]
    template: Mapped[str]
    enabled: Mapped[bool]
    token_digest: Mapped[str]
    signature: Mapped[str | None]
    signature_header: Mapped[str | None]
    secret: Mapped[str | None]

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)
