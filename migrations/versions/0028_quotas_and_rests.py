"""Several quotas of a channel, in place of one rate; fallbacks of what waits for those that rest.

Revision ID: 0028
Revises: 0027
"""
from alembic import op
import sqlalchemy as sa


revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

POLICY = 'flow_run_notification_policy'


# What the columns of the rate had is not carried over: it is found anew when a channel is next opened.
def upgrade() -> None:
    for name in ('bucket', 'per_second', 'burst'):
        op.drop_column('channel_health', name)
    op.add_column('channel_health', sa.Column('meter', sa.JSON(), nullable=True))
    refused = sa.Column('refused', sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column('channel_pause', refused)
    op.add_column(POLICY, sa.Column('fallback_after', sa.Double(), nullable=False, server_default='300'))
    op.add_column('delivery', sa.Column('fall_back', sa.DateTime(timezone=True), nullable=True))
    impatient = sa.text("fall_back IS NOT NULL AND state = 'pending'")
    columns = ['channel_id', 'fall_back']
    op.create_index(
        'ix_delivery_fall_back', 'delivery', columns, sqlite_where=impatient, postgresql_where=impatient
    )


def downgrade() -> None:
    op.drop_index('ix_delivery_fall_back', table_name='delivery')
    op.drop_column('delivery', 'fall_back')
    op.drop_column(POLICY, 'fallback_after')
    op.drop_column('channel_pause', 'refused')
    op.drop_column('channel_health', 'meter')
    op.add_column('channel_health', sa.Column('bucket', sa.String(), nullable=True))
    op.add_column('channel_health', sa.Column('per_second', sa.Double(), nullable=True))
    op.add_column('channel_health', sa.Column('burst', sa.Integer(), nullable=True))
