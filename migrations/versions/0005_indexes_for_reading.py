"""Indexes for reading many runs, and none for what most runs leave empty.

Revision ID: 0005
Revises: 0004
"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

BEGUN = ['workspace_id', sa.text('coalesce(start_time, expected_start_time)'), 'id']
START = ['workspace_id', 'expected_start_time', 'id']
HISTORY = ['state_type', 'state_name', 'start_time', 'total_run_time', 'state_timestamp']
FLOW = ['flow_id', 'expected_start_time']
PARENT = ['parent_task_run_id']
HAS_PARENT = sa.text('parent_task_run_id IS NOT NULL')


def upgrade() -> None:
    op.drop_index(op.f('ix_flow_run_parent_task_run_id'), table_name='flow_run')
    op.create_index(
        op.f('ix_flow_run_parent_task_run_id'), 'flow_run', PARENT,
        sqlite_where=HAS_PARENT, postgresql_where=HAS_PARENT,
    )
    op.create_index('ix_flow_run_begun', 'flow_run', BEGUN)
    if op.get_bind().dialect.name == 'postgresql':
        op.create_index(
            'ix_flow_run_name', 'flow_run', ['name'],
            postgresql_using='gin', postgresql_ops={'name': 'gin_trgm_ops'},
        )
        return
    op.drop_index(op.f('ix_flow_run_workspace_id_expected_start_time_id'), table_name='flow_run')
    op.create_index('ix_flow_run_history', 'flow_run', START + HISTORY)
    op.drop_index(op.f('ix_flow_run_flow_id_expected_start_time'), table_name='flow_run')
    op.create_index('ix_flow_run_of_flow', 'flow_run', FLOW + ['id', 'workspace_id', 'start_time'])
    op.create_index('ix_flow_run_name', 'flow_run', ['workspace_id', 'id', 'name'])


def downgrade() -> None:
    op.drop_index('ix_flow_run_name', table_name='flow_run')
    if op.get_bind().dialect.name == 'sqlite':
        op.drop_index('ix_flow_run_of_flow', table_name='flow_run')
        op.create_index(op.f('ix_flow_run_flow_id_expected_start_time'), 'flow_run', FLOW)
        op.drop_index('ix_flow_run_history', table_name='flow_run')
        op.create_index(op.f('ix_flow_run_workspace_id_expected_start_time_id'), 'flow_run', START)
    op.drop_index('ix_flow_run_begun', table_name='flow_run')
    op.drop_index(op.f('ix_flow_run_parent_task_run_id'), table_name='flow_run')
    op.create_index(op.f('ix_flow_run_parent_task_run_id'), 'flow_run', PARENT)
