"""An index to count all runs by, small since PostgreSQL keeps equal keys once.

Revision ID: 0013
Revises: 0012
"""
from alembic import op


# revision identifiers, used by Alembic.
revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.create_index(op.f('ix_flow_run_workspace_id'), 'flow_run', ['workspace_id'])


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_index(op.f('ix_flow_run_workspace_id'), table_name='flow_run')
