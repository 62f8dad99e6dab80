"""Workers, the events of pools' statuses, and indexes for handing out runs.

Revision ID: 0009
Revises: 0008
"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

DUE = ['work_queue_id', 'next_scheduled_start_time']
IS_DUE = sa.text("state_type = 'SCHEDULED' AND work_queue_id IS NOT NULL")
HELD = ['work_queue_id', 'state_type']
IS_HELD = sa.text("state_type IN ('PENDING', 'RUNNING', 'CANCELLING') AND work_queue_id IS NOT NULL")
NAMED = ['work_queue_name', 'next_scheduled_start_time']
IS_NAMED = sa.text(
    "state_type = 'SCHEDULED' AND work_queue_id IS NULL AND work_queue_name IS NOT NULL"
)


def upgrade() -> None:
    op.create_table('worker',
    sa.Column('work_pool_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('last_heartbeat_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('heartbeat_interval_seconds', sa.Integer(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['work_pool_id'], ['work_pool.id'], name=op.f('fk_worker_work_pool_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_worker')),
    sa.UniqueConstraint('work_pool_id', 'name', name=op.f('uq_worker_work_pool_id_name'))
    )
    op.add_column('work_pool', sa.Column('status_event_id', sa.Uuid(), nullable=True))
    op.add_column('work_pool', sa.Column('status_changed', sa.DateTime(timezone=True), nullable=True))
    for name, columns, condition in (
        ('ix_flow_run_due', DUE, IS_DUE),
        ('ix_flow_run_held', HELD, IS_HELD),
        ('ix_flow_run_named', NAMED, IS_NAMED),
    ):
        op.create_index(name, 'flow_run', columns, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    for name in ('ix_flow_run_named', 'ix_flow_run_held', 'ix_flow_run_due'):
        op.drop_index(name, table_name='flow_run')
    op.drop_column('work_pool', 'status_changed')
    op.drop_column('work_pool', 'status_event_id')
    op.drop_table('worker')
