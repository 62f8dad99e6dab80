"""The declarative base of all tables, their column types, and `db`."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID, SafeUUID

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, Table, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator

from headwater import clock
from headwater.ids import uuid7

# Searched by member, so PostgreSQL keeps it parsed. All other JSON is kept as it was written.
Tags = JSON().with_variant(JSONB(), "postgresql")

# The key of tables that only grow. SQLite counts up INTEGER keys only.
Position = BigInteger().with_variant(Integer(), "sqlite")

# In the `info` of an index: the one kind of database that has it.
ONLY = "only"


class AnyJson(JSON):
    """Any JSON value. SQLite makes numbers of what looks like one in a column of its JSON."""


@compiles(AnyJson, "sqlite")
def _declare_text(_type: AnyJson, _compiler: object, **_options: object) -> str:
    return "TEXT"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, always UTC. SQLite keeps it as text without a zone, as SQLAlchemy does."""

    impl = DateTime(timezone=True)
    cache_ok = True

    # Processors of our own, for SQLAlchemy's take eight times as long: half of what a list costs.
    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        return to_text if dialect.name == "sqlite" else _to_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        return _from_text if dialect.name == "sqlite" else _to_utc


class FastUuid(Uuid[UUID]):
    """A UUID. SQLite keeps it as 32 digits, which Python's own constructor is slow to check."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        if dialect.supports_native_uuid:
            return super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]  # it has no types
        return _from_digits


def _to_utc(value: datetime | None) -> datetime | None:
    if value is None or value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    return value.astimezone(UTC)


def to_text(value: datetime | None) -> str | None:
    """Return a time as SQLite keeps it, which sorts as the times do."""
    utc = _to_utc(value)
    return None if utc is None else utc.isoformat(" ", "microseconds")[: -len("+00:00")]


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + "+00:00")


def _from_digits(
    value: str | None,
    new: Any = UUID.__new__,
    put: Any = object.__setattr__,  # its own refuses
    unknown: SafeUUID = SafeUUID.unknown,
) -> UUID | None:
    if value is None:
        return None
    uuid: UUID = new(UUID)
    put(uuid, "int", int(value, 16))
    put(uuid, "is_safe", unknown)
    return uuid


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
            UUID: FastUuid,
            dict[str, Any]: JSON(none_as_null=True),
            list[str]: Tags,
            Any: AnyJson(none_as_null=True),
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
