"""Workspaces, runs, logs, the event log, leases.

Revision ID: 0001
Revises: 
Create Date: 2026-11-26 13:39:02.014279

"""
from datetime import datetime, timezone
from uuid import UUID

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


# revision identifiers, used by Alembic.
revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('configuration',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('value', sa.JSON(none_as_null=True).with_variant(sa.Text(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_configuration'))
    )
    op.create_table('event',
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('occurred', sa.DateTime(timezone=True), nullable=False),
    sa.Column('received', sa.DateTime(timezone=True), nullable=False),
    sa.Column('event', sa.String(), nullable=False),
    sa.Column('resource_id', sa.String(), nullable=False),
    sa.Column('resource', sa.JSON(), nullable=False),
    sa.Column('related', sa.JSON(none_as_null=True).with_variant(sa.Text(), 'sqlite'), nullable=False),
    sa.Column('payload', sa.JSON(none_as_null=True).with_variant(sa.Text(), 'sqlite'), nullable=False),
    sa.Column('follows', sa.Uuid(), nullable=True),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_event')),
    sa.UniqueConstraint('id', name=op.f('uq_event_id'))
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_resource_id_occurred'), ['resource_id', 'occurred'], unique=False)
        batch_op.create_index(batch_op.f('ix_event_workspace_id_occurred'), ['workspace_id', 'occurred'], unique=False)

    op.create_table('flow',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('tags', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('labels', sa.JSON(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flow')),
    sa.UniqueConstraint('workspace_id', 'name', name=op.f('uq_flow_workspace_id_name'))
    )
    op.create_table('lease',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('holder', sa.String(), nullable=False),
    sa.Column('expires', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_lease'))
    )
    op.create_table('log',
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('message', sa.String(), nullable=False),
    sa.Column('timestamp', sa.DateTime(timezone=True), nullable=False),
    sa.Column('flow_run_id', sa.Uuid(), nullable=True),
    sa.Column('task_run_id', sa.Uuid(), nullable=True),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_log'))
    )
    with op.batch_alter_table('log', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_log_flow_run_id_timestamp'), ['flow_run_id', 'timestamp'], unique=False)

    workspace = op.create_table('workspace',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workspace')),
    sa.UniqueConstraint('name', name=op.f('uq_workspace_name'))
    )
    op.create_table('flow_run',
    sa.Column('flow_id', sa.Uuid(), nullable=False),
    sa.Column('flow_version', sa.String(), nullable=True),
    sa.Column('deployment_id', sa.Uuid(), nullable=True),
    sa.Column('deployment_version', sa.String(), nullable=True),
    sa.Column('work_queue_id', sa.Uuid(), nullable=True),
    sa.Column('work_queue_name', sa.String(), nullable=True),
    sa.Column('parameters', sa.JSON(), nullable=False),
    sa.Column('context', sa.JSON(), nullable=False),
    sa.Column('job_variables', sa.JSON(), nullable=True),
    sa.Column('idempotency_key', sa.String(), nullable=True),
    sa.Column('parent_task_run_id', sa.Uuid(), nullable=True),
    sa.Column('auto_scheduled', sa.Boolean(), nullable=False),
    sa.Column('infrastructure_document_id', sa.Uuid(), nullable=True),
    sa.Column('infrastructure_pid', sa.String(), nullable=True),
    sa.Column('created_by', sa.JSON(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('tags', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('labels', sa.JSON(), nullable=False),
    sa.Column('empirical_policy', sa.JSON(), nullable=False),
    sa.Column('run_count', sa.Integer(), nullable=False),
    sa.Column('expected_start_time', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_scheduled_start_time', sa.DateTime(timezone=True), nullable=True),
    sa.Column('start_time', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_time', sa.DateTime(timezone=True), nullable=True),
    sa.Column('total_run_time', sa.Double(), nullable=False),
    sa.Column('state_id', sa.Uuid(), nullable=True),
    sa.Column('state_type', sa.String(), nullable=True),
    sa.Column('state_name', sa.String(), nullable=True),
    sa.Column('state_timestamp', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state_message', sa.String(), nullable=True),
    sa.Column('state_data', sa.JSON(none_as_null=True).with_variant(sa.Text(), 'sqlite'), nullable=True),
    sa.Column('state_details', sa.JSON(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['flow_id'], ['flow.id'], name=op.f('fk_flow_run_flow_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flow_run')),
    sa.UniqueConstraint('flow_id', 'idempotency_key', name=op.f('uq_flow_run_flow_id_idempotency_key'))
    )
    with op.batch_alter_table('flow_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_flow_run_flow_id_expected_start_time'), ['flow_id', 'expected_start_time'], unique=False)
        batch_op.create_index(batch_op.f('ix_flow_run_parent_task_run_id'), ['parent_task_run_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_flow_run_workspace_id_expected_start_time_id'), ['workspace_id', 'expected_start_time', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_flow_run_workspace_id_state_type_expected_start_time_id'), ['workspace_id', 'state_type', 'expected_start_time', 'id'], unique=False)

    op.create_table('flow_run_state',
    sa.Column('flow_run_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('type', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('timestamp', sa.DateTime(timezone=True), nullable=False),
    sa.Column('message', sa.String(), nullable=True),
    sa.Column('data', sa.JSON(none_as_null=True).with_variant(sa.Text(), 'sqlite'), nullable=True),
    sa.Column('state_details', sa.JSON(), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['flow_run_id'], ['flow_run.id'], name=op.f('fk_flow_run_state_flow_run_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_flow_run_state'))
    )
    with op.batch_alter_table('flow_run_state', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_flow_run_state_flow_run_id_timestamp'), ['flow_run_id', 'timestamp'], unique=False)

    op.create_table('task_run',
    sa.Column('flow_run_id', sa.Uuid(), nullable=True),
    sa.Column('task_key', sa.String(), nullable=False),
    sa.Column('dynamic_key', sa.String(), nullable=False),
    sa.Column('task_version', sa.String(), nullable=True),
    sa.Column('task_inputs', sa.JSON(), nullable=False),
    sa.Column('cache_key', sa.String(), nullable=True),
    sa.Column('cache_expiration', sa.DateTime(timezone=True), nullable=True),
    sa.Column('flow_run_run_count', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('tags', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('labels', sa.JSON(), nullable=False),
    sa.Column('empirical_policy', sa.JSON(), nullable=False),
    sa.Column('run_count', sa.Integer(), nullable=False),
    sa.Column('expected_start_time', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_scheduled_start_time', sa.DateTime(timezone=True), nullable=True),
    sa.Column('start_time', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_time', sa.DateTime(timezone=True), nullable=True),
    sa.Column('total_run_time', sa.Double(), nullable=False),
    sa.Column('state_id', sa.Uuid(), nullable=True),
    sa.Column('state_type', sa.String(), nullable=True),
    sa.Column('state_name', sa.String(), nullable=True),
    sa.Column('state_timestamp', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state_message', sa.String(), nullable=True),
    sa.Column('state_data', sa.JSON(none_as_null=True).with_variant(sa.Text(), 'sqlite'), nullable=True),
    sa.Column('state_details', sa.JSON(), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['flow_run_id'], ['flow_run.id'], name=op.f('fk_task_run_flow_run_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_run')),
    sa.UniqueConstraint('flow_run_id', 'task_key', 'dynamic_key', name=op.f('uq_task_run_flow_run_id_task_key_dynamic_key'))
    )
    with op.batch_alter_table('task_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_task_run_workspace_id_expected_start_time_id'), ['workspace_id', 'expected_start_time', 'id'], unique=False)

    op.create_table('task_run_state',
    sa.Column('task_run_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('type', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('timestamp', sa.DateTime(timezone=True), nullable=False),
    sa.Column('message', sa.String(), nullable=True),
    sa.Column('data', sa.JSON(none_as_null=True).with_variant(sa.Text(), 'sqlite'), nullable=True),
    sa.Column('state_details', sa.JSON(), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['task_run_id'], ['task_run.id'], name=op.f('fk_task_run_state_task_run_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_run_state'))
    )
    with op.batch_alter_table('task_run_state', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_task_run_state_task_run_id_timestamp'), ['task_run_id', 'timestamp'], unique=False)

    now = datetime.now(timezone.utc)
    op.bulk_insert(workspace, [{"id": UUID(int=1), "name": "default", "created": now, "updated": now}])


def downgrade() -> None:
    with op.batch_alter_table('task_run_state', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_task_run_state_task_run_id_timestamp'))

    op.drop_table('task_run_state')
    with op.batch_alter_table('task_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_task_run_workspace_id_expected_start_time_id'))

    op.drop_table('task_run')
    with op.batch_alter_table('flow_run_state', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_flow_run_state_flow_run_id_timestamp'))

    op.drop_table('flow_run_state')
    with op.batch_alter_table('flow_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_flow_run_workspace_id_state_type_expected_start_time_id'))
        batch_op.drop_index(batch_op.f('ix_flow_run_workspace_id_expected_start_time_id'))
        batch_op.drop_index(batch_op.f('ix_flow_run_parent_task_run_id'))
        batch_op.drop_index(batch_op.f('ix_flow_run_flow_id_expected_start_time'))

    op.drop_table('flow_run')
    op.drop_table('workspace')
    with op.batch_alter_table('log', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_log_flow_run_id_timestamp'))

    op.drop_table('log')
    op.drop_table('lease')
    op.drop_table('flow')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_event_workspace_id_occurred'))
        batch_op.drop_index(batch_op.f('ix_event_resource_id_occurred'))

    op.drop_table('event')
    op.drop_table('configuration')
