"""Runs the migrations of the core; alembic loads it, `headwater server database upgrade` calls."""

from alembic import context
from flask import current_app

from headwater.db.base import Tags, UtcDateTime

db = current_app.extensions["migrate"].db


def render_item(kind, item, _autogenerate_context):
    """Write our column types as SQLAlchemy's: an old revision must not need today's code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and item is Tags:
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


with db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()
