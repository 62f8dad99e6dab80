"""Task workers, and the task runs that they were given.

Revision ID: 0010
Revises: 0009
"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


# revision identifiers, used by Alembic.
revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

WAITING = ['task_key', 'next_scheduled_start_time']
IS_WAITING = sa.text("state_type = 'SCHEDULED'")


def upgrade() -> None:
    op.create_table('task_worker',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('identifier', sa.String(), nullable=False),
    sa.Column('task_keys', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('seen', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_task_worker'))
    )
    op.create_table('task_claim',
    sa.Column('task_run_id', sa.Uuid(), nullable=False),
    sa.Column('state_id', sa.Uuid(), nullable=False),
    sa.Column('holder', sa.Uuid(), nullable=False),
    sa.Column('expires', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['task_run_id'], ['task_run.id'], name=op.f('fk_task_claim_task_run_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('task_run_id', name=op.f('pk_task_claim'))
    )
    op.create_index(
        'ix_task_run_waiting', 'task_run', WAITING,
        sqlite_where=IS_WAITING, postgresql_where=IS_WAITING,
    )


def downgrade() -> None:
    op.drop_index('ix_task_run_waiting', table_name='task_run')
    op.drop_table('task_claim')
    op.drop_table('task_worker')
