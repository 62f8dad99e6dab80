"""The table of what the server itself keeps in the database, such as its key's fingerprint."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from headwater.db.base import Base


class Configuration(Base):
    __tablename__ = "configuration"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any]
