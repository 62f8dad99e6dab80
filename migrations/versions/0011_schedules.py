"""Schedules of deployments.

Revision ID: 0011
Revises: 0010
"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('deployment_schedule',
    sa.Column('deployment_id', sa.Uuid(), nullable=False),
    sa.Column('schedule', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('parameters', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('slug', sa.String(), nullable=True),
    sa.Column('max_scheduled_runs', sa.Integer(), nullable=True),
    sa.Column('max_active_runs', sa.Integer(), nullable=True),
    sa.Column('catchup', sa.Boolean(), nullable=False),
    sa.Column('plan_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['deployment_id'], ['deployment.id'], name=op.f('fk_deployment_schedule_deployment_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deployment_schedule')),
    sa.UniqueConstraint('deployment_id', 'slug', name=op.f('uq_deployment_schedule_deployment_id_slug'))
    )
    where = sa.text('plan_at IS NOT NULL')
    op.create_index(op.f('ix_deployment_schedule_plan_at'), 'deployment_schedule', ['plan_at'], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index(op.f('ix_deployment_schedule_plan_at'), table_name='deployment_schedule')
    op.drop_table('deployment_schedule')
