"""The last heartbeat of each flow run that sends them.

Revision ID: 0026
Revises: 0025
"""
from alembic import op
import sqlalchemy as sa


revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('flow_run_heartbeat',
    sa.Column('flow_run_id', sa.Uuid(), nullable=False),
    sa.Column('state_id', sa.Uuid(), nullable=False),
    sa.Column('occurred', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received', sa.DateTime(timezone=True), nullable=False),
    sa.Column('gap', sa.Double(), nullable=True),
    sa.Column('frequency', sa.Double(), nullable=True),
    sa.Column('silent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('flow_run_id', name=op.f('pk_flow_run_heartbeat'))
    )
    op.create_index(op.f('ix_flow_run_heartbeat_silent_at'), 'flow_run_heartbeat', ['silent_at'])


def downgrade() -> None:
    op.drop_index(op.f('ix_flow_run_heartbeat_silent_at'), table_name='flow_run_heartbeat')
    op.drop_table('flow_run_heartbeat')
