"""Runs the migrations of the core; alembic loads it, for `headwater server database` and
`flask db` both."""

from contextlib import nullcontext

from alembic import context

from headwater.db.base import ONLY, AnyJson, FastUuid, Tags, UtcDateTime, db
from headwater.db.migrations import CONNECTION, PLUGIN_TABLES, migrating
from headwater.loops import models  # noqa: F401  # their tables: create_app imports all others


def render_item(kind, item, _autogenerate_context):
    """Write our column types as SQLAlchemy's: an old revision must not need today's code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, FastUuid):
        return "sa.Uuid()"
    if kind == "type" and item is Tags:
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    if kind == "type" and isinstance(item, AnyJson):
        return "sa.JSON(none_as_null=True).with_variant(sa.Text(), 'sqlite')"
    return False


def include_name(name, kind, _parents):
    """Leave plugins' tables to their plugins."""
    return kind != "table" or not name.startswith(PLUGIN_TABLES)


def include_object(item, _name, kind, _reflected, _compare_to):
    """Leave out indexes that only the other kind of database has."""
    return kind != "index" or item.info.get(ONLY, db.engine.dialect.name) == db.engine.dialect.name


def opened():
    connection = context.config.attributes.get(CONNECTION)
    return nullcontext(connection) if connection is not None else migrating()


with opened() as connection:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        render_item=render_item,
        include_name=include_name,
        include_object=include_object,
        transactional_ddl=True,  # which both databases have, with a connection made for it
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
