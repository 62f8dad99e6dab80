"""What policies tell together, and in quiet hours not.

Revision ID: 0019
Revises: 0018
"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

POLICY = 'flow_run_notification_policy'
HELD = sa.text("state = 'held'")


def upgrade() -> None:
    for name in ('grouping', 'quiet_hours'):
        op.add_column(POLICY, sa.Column(name, sa.JSON(), nullable=True))
    for name in ('group_id', 'notification_id'):
        op.add_column('open_problem', sa.Column(name, sa.Uuid(), nullable=True))
    for name in ('group_id', 'digest_id'):
        op.add_column('delivery', sa.Column(name, sa.Uuid(), nullable=True))
    op.create_index(
        'ix_delivery_held', 'delivery', ['group_id'], sqlite_where=HELD, postgresql_where=HELD
    )
    op.create_table(
        'news_group',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('workspace_id', sa.Uuid(), nullable=False),
        sa.Column('policy_id', sa.Uuid(), nullable=False),
        sa.Column('label', sa.String(), nullable=False),
        sa.Column('due', sa.DateTime(timezone=True), nullable=True),
        sa.Column('told', sa.DateTime(timezone=True), nullable=True),
        sa.Column('not_before', sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_news_group')),
    )
    op.create_index(op.f('ix_news_group_due'), 'news_group', ['due'])
    op.create_index(op.f('ix_news_group_policy_id'), 'news_group', ['policy_id'])


def downgrade() -> None:
    op.drop_table('news_group')
    op.drop_index('ix_delivery_held', table_name='delivery')
    for name in ('digest_id', 'group_id'):
        op.drop_column('delivery', name)
    for name in ('notification_id', 'group_id'):
        op.drop_column('open_problem', name)
    for name in ('quiet_hours', 'grouping'):
        op.drop_column(POLICY, name)
