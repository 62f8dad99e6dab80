"""The tables of concurrency limits and of the leases that hold their slots."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base, Entity, Tenant


class ConcurrencyLimit(Base, Entity, Tenant):
    """A limit by name. A task tag's is called `tag:<tag>`, a deployment's `deployment:<id>`.

    Its active slots are those of its live leases, and the loose ones. Where slots decay, all of
    them are loose, those of leases too.
    """

    __tablename__ = "concurrency_limit"

    name: Mapped[str]
    limit: Mapped[int]
    active: Mapped[bool]
    loose_slots: Mapped[int]  # taken without a lease, as they were at *loose_since*
    loose_since: Mapped[datetime]
    denied_slots: Mapped[int]  # kept as clients write it, and used for nothing
    slot_decay_per_second: Mapped[float]
    avg_slot_occupancy_seconds: Mapped[float]

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)


class ConcurrencyLease(Base, Tenant):
    """Who holds slots of some limits, and until when; None: until they are given back."""

    __tablename__ = "concurrency_lease"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    created: Mapped[datetime]
    expires: Mapped[datetime | None] = mapped_column(index=True)
    slots: Mapped[int]
    holder_type: Mapped[str | None]
    holder_id: Mapped[UUID | None]

    __table_args__ = (Index(None, "holder_id"),)


class ConcurrencyLeaseLimit(Base):
    """One limit that a lease holds slots of."""

    __tablename__ = "concurrency_lease_limit"

    lease_id: Mapped[UUID] = mapped_column(
        ForeignKey("concurrency_lease.id", ondelete="CASCADE"), primary_key=True
    )
    limit_id: Mapped[UUID] = mapped_column(
        ForeignKey("concurrency_limit.id", ondelete="CASCADE"), primary_key=True, index=True
    )
