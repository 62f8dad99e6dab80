"""The declarative base of all tables, their column types, and `db`."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator

from headwater import clock
from headwater.ids import uuid7

# Searched by member, so PostgreSQL keeps it parsed. All other JSON is kept as it was written.
Tags = JSON().with_variant(JSONB(), "postgresql")

# The key of tables that only grow. SQLite counts up INTEGER keys only.
Position = BigInteger().with_variant(Integer(), "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, always UTC. SQLite keeps no zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


class Base(DeclarativeBase):
    """What every table is declared with.

    JSON columns take any value, and give an `orjson.Fragment`, which an answer copies unparsed;
    who needs the value calls `headwater.db.json.parse`.
    """

    # For statements that give rows. Build them at module level: in each call it costs thrice.
    __table__: ClassVar[Table]

    registry = registry(
        # Named constraints, since a migration can only drop what has a name.
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "fk": "fk_%(table_name)s_%(column_0_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: UtcDateTime,
            dict[str, Any]: JSON(none_as_null=True),
            list[str]: Tags,
            Any: JSON(none_as_null=True),
        },
    )


class Entity:
    """The columns of what the API shows as an object."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created: Mapped[datetime] = mapped_column(default=clock.now)
    updated: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)


class Tenant:
    """The column of what belongs to one workspace. Every query goes by it.

    No foreign key: on PostgreSQL each insert would lock the workspace's one row.
    """

    workspace_id: Mapped[UUID]


db = SQLAlchemy(model_class=Base)
