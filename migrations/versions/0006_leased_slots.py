"""Slots of limits are those of live leases, and those that were taken without one.

Revision ID: 0006
Revises: 0005
"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

# What leases hold of a limit.
LEASED = """
    SELECT coalesce(sum(concurrency_lease.slots), 0)
    FROM concurrency_lease_limit
    JOIN concurrency_lease ON concurrency_lease.id = concurrency_lease_limit.lease_id
    WHERE concurrency_lease_limit.limit_id = concurrency_limit.id
"""


def upgrade() -> None:
    op.execute('ALTER TABLE concurrency_limit RENAME COLUMN active_slots TO loose_slots')
    with op.batch_alter_table('concurrency_limit', schema=None) as batch_op:
        batch_op.add_column(sa.Column('loose_since', sa.DateTime(timezone=True), nullable=True))
    # Whatever is taken so far, leases hold.
    op.execute('UPDATE concurrency_limit SET loose_slots = 0, loose_since = updated')
    with op.batch_alter_table('concurrency_limit', schema=None) as batch_op:
        batch_op.alter_column('loose_since', nullable=False)


def downgrade() -> None:
    op.execute(f'UPDATE concurrency_limit SET loose_slots = loose_slots + ({LEASED})')
    with op.batch_alter_table('concurrency_limit', schema=None) as batch_op:
        batch_op.drop_column('loose_since')
    op.execute('ALTER TABLE concurrency_limit RENAME COLUMN loose_slots TO active_slots')
