"""The table of what people and flows send to a run."""

from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Entity, Tenant


class FlowRunInput(Base, Entity, Tenant):
    """A text under a key, in whatever form its sender and its reader agree on."""

    __tablename__ = "flow_run_input"

    flow_run_id: Mapped[UUID] = mapped_column(ForeignKey("flow_run.id", ondelete="CASCADE"))
    key: Mapped[str]
    value: Mapped[str]
    sender: Mapped[str | None]

    __table_args__ = (UniqueConstraint("flow_run_id", "key"),)
