"""Webhooks: addresses at which others tell what happened.

Revision ID: 0024
Revises: 0023
"""
from alembic import op
import sqlalchemy as sa


revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('webhook',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('slug', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('template', sa.String(), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('token_digest', sa.String(), nullable=False),
    sa.Column('signature', sa.String(), nullable=True),
    sa.Column('signature_header', sa.String(), nullable=True),
    sa.Column('secret', sa.String(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook')),
    sa.UniqueConstraint('slug', name=op.f('uq_webhook_slug')),
    sa.UniqueConstraint('workspace_id', 'name', name=op.f('uq_webhook_workspace_id_name')),
    )


def downgrade() -> None:
    op.drop_table('webhook')
