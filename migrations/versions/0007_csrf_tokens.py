"""The tokens that clients send along with what changes something.

Revision ID: 0007
Revises: 0006
"""
from alembic import op
import sqlalchemy as sa

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('csrf_token',
    sa.Column('client', sa.String(), nullable=False),
    sa.Column('token', sa.String(), nullable=False),
    sa.Column('expiration', sa.DateTime(timezone=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_csrf_token')),
    sa.UniqueConstraint('client', name=op.f('uq_csrf_token_client'))
    )
    op.create_index(op.f('ix_csrf_token_expiration'), 'csrf_token', ['expiration'])


def downgrade() -> None:
    op.drop_table('csrf_token')
