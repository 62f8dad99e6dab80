"""Indexes that spare looks at the rows of runs, or at the other runs of a flow.

Revision ID: 0015
Revises: 0014
"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

BEGUN = ['workspace_id', sa.text('coalesce(start_time, expected_start_time)'), 'id']


def upgrade() -> None:
    begin_with(BEGUN + ['state_type'])
    if op.get_bind().dialect.name == 'postgresql':
        op.create_index(
            op.f('ix_flow_run_workspace_id_state_type'), 'flow_run', ['workspace_id', 'state_type']
        )
        op.drop_index(op.f('ix_flow_run_workspace_id'), table_name='flow_run')
        return
    op.create_index(op.f('ix_flow_run_flow_id_id'), 'flow_run', ['flow_id', 'id'])


def downgrade() -> None:
    begin_with(BEGUN)
    if op.get_bind().dialect.name == 'postgresql':
        op.create_index(op.f('ix_flow_run_workspace_id'), 'flow_run', ['workspace_id'])
        op.drop_index(op.f('ix_flow_run_workspace_id_state_type'), table_name='flow_run')
        return
    op.drop_index(op.f('ix_flow_run_flow_id_id'), table_name='flow_run')


def begin_with(columns: list[object]) -> None:
    op.drop_index('ix_flow_run_begun', table_name='flow_run')
    op.create_index('ix_flow_run_begun', 'flow_run', columns)
