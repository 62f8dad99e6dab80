"""Health of channels, and how fast messages go over them.

Revision ID: 0020
Revises: 0019
"""
from alembic import op
import sqlalchemy as sa


revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    told = sa.text('told IS NOT NULL')
    op.create_table('channel_health',
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.Column('channel_id', sa.Uuid(), nullable=False),
    sa.Column('last_success', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failing_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('denied', sa.Integer(), nullable=False),
    sa.Column('denied_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('recent', sa.JSON(none_as_null=True).with_variant(sa.Text(), 'sqlite'), nullable=False),
    sa.Column('opens', sa.Integer(), nullable=False),
    sa.Column('open_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('probe_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('disabled', sa.DateTime(timezone=True), nullable=True),
    sa.Column('off', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told', sa.String(), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('bucket', sa.String(), nullable=True),
    sa.Column('per_second', sa.Double(), nullable=True),
    sa.Column('burst', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['channel_id'], ['block_document.id'], name=op.f('fk_channel_health_channel_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('channel_id', name=op.f('pk_channel_health'))
    )
    op.create_index('ix_channel_health_told', 'channel_health', ['workspace_id'], sqlite_where=told, postgresql_where=told)

    op.create_table('rate_bucket',
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('tokens', sa.Double(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_rate_bucket'))
    )


def downgrade() -> None:
    op.drop_table('rate_bucket')
    op.drop_table('channel_health')
