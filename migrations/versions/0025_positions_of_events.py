"""Positions of events that no later event is given again, and an index of heartbeats by their time.

Revision ID: 0025
Revises: 0024
"""
from alembic import op
import sqlalchemy as sa


revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

INDEXED = ['resource_id', 'workspace_id']


def upgrade() -> None:
    rebuild(count_on=True)
    heartbeats = sa.text("event = 'prefect.flow-run.heartbeat'")
    op.create_index(
        'ix_event_heartbeats',
        'event',
        ['occurred'],
        sqlite_where=heartbeats,
        postgresql_where=heartbeats,
    )


def downgrade() -> None:
    op.drop_index('ix_event_heartbeats', table_name='event')
    rebuild(count_on=False)


def rebuild(*, count_on: bool) -> None:
    # SQLite alone gives the positions of the last rows again once those are deleted.
    if op.get_bind().dialect.name != 'sqlite':
        return
    # A table that is made anew has its indexes in any order; the file of the whole has one.
    for column in INDEXED:
        op.drop_index(f'ix_event_{column}_occurred', table_name='event')
    options = {'sqlite_autoincrement': count_on}
    with op.batch_alter_table('event', recreate='always', table_kwargs=options):
        pass
    for column in INDEXED:
        op.create_index(f'ix_event_{column}_occurred', 'event', [column, 'occurred'])
