"""Concurrency limits, deployments, pools, queues, run inputs and cached states.

Revision ID: 0004
Revises: 0003
"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


# revision identifiers, used by Alembic.
revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

PARTIAL = [
    ("state_type IN ('SCHEDULED', 'PAUSED', 'CANCELLING')", 'state_type', 'next_scheduled_start_time'),
    ("state_type = 'CANCELLED'", 'state_timestamp'),
    ('deployment_id IS NOT NULL', 'deployment_id'),
    ('work_queue_id IS NOT NULL', 'work_queue_id'),
]


def upgrade() -> None:
    op.create_table('concurrency_lease',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires', sa.DateTime(timezone=True), nullable=True),
    sa.Column('slots', sa.Integer(), nullable=False),
    sa.Column('holder_type', sa.String(), nullable=True),
    sa.Column('holder_id', sa.Uuid(), nullable=True),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_concurrency_lease'))
    )
    with op.batch_alter_table('concurrency_lease', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_concurrency_lease_expires'), ['expires'], unique=False)
        batch_op.create_index(batch_op.f('ix_concurrency_lease_holder_id'), ['holder_id'], unique=False)

    op.create_table('concurrency_limit',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('limit', sa.Integer(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('active_slots', sa.Integer(), nullable=False),
    sa.Column('denied_slots', sa.Integer(), nullable=False),
    sa.Column('slot_decay_per_second', sa.Double(), nullable=False),
    sa.Column('avg_slot_occupancy_seconds', sa.Double(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_concurrency_limit')),
    sa.UniqueConstraint('workspace_id', 'name', name=op.f('uq_concurrency_limit_workspace_id_name'))
    )
    op.create_table('work_pool',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=True),
    sa.Column('type', sa.String(), nullable=False),
    sa.Column('base_job_template', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('is_paused', sa.Boolean(), nullable=False),
    sa.Column('status', sa.String(), nullable=True),
    sa.Column('concurrency_limit', sa.Integer(), nullable=True),
    sa.Column('default_queue_id', sa.Uuid(), nullable=True),
    sa.Column('storage_configuration', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_pool')),
    sa.UniqueConstraint('workspace_id', 'name', name=op.f('uq_work_pool_workspace_id_name'))
    )
    op.create_table('concurrency_lease_limit',
    sa.Column('lease_id', sa.Uuid(), nullable=False),
    sa.Column('limit_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['lease_id'], ['concurrency_lease.id'], name=op.f('fk_concurrency_lease_limit_lease_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['limit_id'], ['concurrency_limit.id'], name=op.f('fk_concurrency_lease_limit_limit_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('lease_id', 'limit_id', name=op.f('pk_concurrency_lease_limit'))
    )
    with op.batch_alter_table('concurrency_lease_limit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_concurrency_lease_limit_limit_id'), ['limit_id'], unique=False)

    op.create_table('work_queue',
    sa.Column('work_pool_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=True),
    sa.Column('is_paused', sa.Boolean(), nullable=False),
    sa.Column('concurrency_limit', sa.Integer(), nullable=True),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('last_polled', sa.DateTime(timezone=True), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('filter', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['work_pool_id'], ['work_pool.id'], name=op.f('fk_work_queue_work_pool_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_queue')),
    sa.UniqueConstraint('work_pool_id', 'name', name=op.f('uq_work_queue_work_pool_id_name'))
    )
    op.create_table('deployment',
    sa.Column('flow_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('version', sa.String(), nullable=True),
    sa.Column('description', sa.String(), nullable=True),
    sa.Column('paused', sa.Boolean(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('last_polled', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tags', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('labels', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('parameters', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('parameter_openapi_schema', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('enforce_parameter_schema', sa.Boolean(), nullable=False),
    sa.Column('job_variables', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('pull_steps', sa.JSON(none_as_null=True).with_variant(sa.Text(), 'sqlite'), nullable=True),
    sa.Column('path', sa.String(), nullable=True),
    sa.Column('entrypoint', sa.String(), nullable=True),
    sa.Column('manifest_path', sa.String(), nullable=True),
    sa.Column('storage_document_id', sa.Uuid(), nullable=True),
    sa.Column('infrastructure_document_id', sa.Uuid(), nullable=True),
    sa.Column('work_queue_id', sa.Uuid(), nullable=True),
    sa.Column('work_queue_name', sa.String(), nullable=True),
    sa.Column('concurrency_limit_id', sa.Uuid(), nullable=True),
    sa.Column('concurrency_options', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('created_by', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('updated_by', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['concurrency_limit_id'], ['concurrency_limit.id'], name=op.f('fk_deployment_concurrency_limit_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['flow_id'], ['flow.id'], name=op.f('fk_deployment_flow_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['work_queue_id'], ['work_queue.id'], name=op.f('fk_deployment_work_queue_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deployment')),
    sa.UniqueConstraint('flow_id', 'name', name=op.f('uq_deployment_flow_id_name'))
    )
    with op.batch_alter_table('deployment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deployment_work_queue_id'), ['work_queue_id'], unique=False)

    op.create_table('flow_run_input',
    sa.Column('flow_run_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('sender', sa.String(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['flow_run_id'], ['flow_run.id'], name=op.f('fk_flow_run_input_flow_run_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flow_run_input')),
    sa.UniqueConstraint('flow_run_id', 'key', name=op.f('uq_flow_run_input_flow_run_id_key'))
    )
    op.create_table('task_run_state_cache',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('cache_key', sa.String(), nullable=False),
    sa.Column('cache_expiration', sa.DateTime(timezone=True), nullable=True),
    sa.Column('task_run_state_id', sa.Uuid(), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['task_run_state_id'], ['task_run_state.id'], name=op.f('fk_task_run_state_cache_task_run_state_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_run_state_cache'))
    )
    with op.batch_alter_table('task_run_state_cache', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_task_run_state_cache_task_run_state_id'), ['task_run_state_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_task_run_state_cache_workspace_id_cache_key_created'), ['workspace_id', 'cache_key', 'created'], unique=False)

    for condition, *columns in PARTIAL:
        where = sa.text(condition)
        name = op.f(f"ix_flow_run_{'_'.join(columns)}")
        op.create_index(name, 'flow_run', columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for _, *columns in PARTIAL:
        op.drop_index(op.f(f"ix_flow_run_{'_'.join(columns)}"), table_name='flow_run')
    with op.batch_alter_table('task_run_state_cache', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_task_run_state_cache_workspace_id_cache_key_created'))
        batch_op.drop_index(batch_op.f('ix_task_run_state_cache_task_run_state_id'))

    op.drop_table('task_run_state_cache')
    op.drop_table('flow_run_input')
    with op.batch_alter_table('deployment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deployment_work_queue_id'))

    op.drop_table('deployment')
    op.drop_table('work_queue')
    with op.batch_alter_table('concurrency_lease_limit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_concurrency_lease_limit_limit_id'))

    op.drop_table('concurrency_lease_limit')
    op.drop_table('work_pool')
    op.drop_table('concurrency_limit')
    with op.batch_alter_table('concurrency_lease', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_concurrency_lease_holder_id'))
        batch_op.drop_index(batch_op.f('ix_concurrency_lease_expires'))

    op.drop_table('concurrency_lease')
