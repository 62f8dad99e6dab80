"""Notifications.

Revision ID: 0003
Revises: 0002
"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    tags = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
    waiting = sa.text("state IN ('pending', 'sending')")
    op.create_table('flow_run_notification_policy',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('state_names', tags, nullable=False),
    sa.Column('tags', tags, nullable=False),
    sa.Column('block_document_id', sa.Uuid(), nullable=False),
    sa.Column('message_template', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['block_document_id'], ['block_document.id'], name=op.f('fk_flow_run_notification_policy_block_document_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flow_run_notification_policy'))
    )
    op.create_index(op.f('ix_flow_run_notification_policy_block_document_id'), 'flow_run_notification_policy', ['block_document_id'])
    op.create_index(op.f('ix_flow_run_notification_policy_workspace_id_is_active'), 'flow_run_notification_policy', ['workspace_id', 'is_active'])

    op.create_table('notification',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.Column('policy_id', sa.Uuid(), nullable=False),
    sa.Column('state_id', sa.Uuid(), nullable=False),
    sa.Column('flow_run_id', sa.Uuid(), nullable=False),
    sa.Column('message_template', sa.String(), nullable=True),
    sa.Column('news', sa.JSON(none_as_null=True).with_variant(sa.Text(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification')),
    sa.UniqueConstraint('policy_id', 'state_id', name=op.f('uq_notification_policy_id_state_id'))
    )
    op.create_index(op.f('ix_notification_flow_run_id'), 'notification', ['flow_run_id'])

    op.create_table('delivery',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.Column('notification_id', sa.Uuid(), nullable=False),
    sa.Column('channel_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('due', sa.DateTime(timezone=True), nullable=False),
    sa.Column('claim', sa.Uuid(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['notification_id'], ['notification.id'], name=op.f('fk_delivery_notification_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('notification_id', 'channel_id', name=op.f('uq_delivery_notification_id_channel_id'))
    )
    op.create_index(op.f('ix_delivery_channel_id_created'), 'delivery', ['channel_id', 'created'])
    op.create_index(op.f('ix_delivery_workspace_id_created'), 'delivery', ['workspace_id', 'created'])
    op.create_index('ix_delivery_waiting', 'delivery', ['due'], sqlite_where=waiting, postgresql_where=waiting)

    op.create_table('delivery_attempt',
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.Column('delivery_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('started', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('duration', sa.Double(), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('response', sa.String(), nullable=True),
    sa.Column('error', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_delivery_attempt_delivery_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('delivery_id', 'number', name=op.f('pk_delivery_attempt'))
    )

    op.create_table('channel_pause',
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.Column('channel_id', sa.Uuid(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('channel_id', name=op.f('pk_channel_pause'))
    )
    op.create_index(op.f('ix_channel_pause_until'), 'channel_pause', ['until'])


def downgrade() -> None:
    op.drop_table('channel_pause')
    op.drop_table('delivery_attempt')
    op.drop_table('delivery')
    op.drop_table('notification')
    op.drop_table('flow_run_notification_policy')
