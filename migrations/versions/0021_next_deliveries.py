"""The deliveries that wait, channel by channel, in the order in which they are sent.

Revision ID: 0021
Revises: 0020
"""
from alembic import op
import sqlalchemy as sa


revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None


def upgrade() -> None:
    waiting = sa.text("state IN ('pending', 'sending')")
    columns = ['channel_id', 'due', 'created', 'id']
    op.create_index('ix_delivery_next', 'delivery', columns, sqlite_where=waiting, postgresql_where=waiting)


def downgrade() -> None:
    op.drop_index('ix_delivery_next', table_name='delivery')
