"""The table of leases: which services process runs which loop."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base


class Lease(Base):
    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    expires: Mapped[datetime]
