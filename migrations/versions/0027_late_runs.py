"""Which late runs of a schedule are still begun, and until when each run may be.

Revision ID: 0027
Revises: 0026
"""
from alembic import op
import sqlalchemy as sa


revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'deployment_schedule',
        sa.Column('late_runs', sa.String(), nullable=False, server_default='all'),
    )
    op.add_column(
        'deployment_schedule', sa.Column('late_runs_max_seconds', sa.Double(), nullable=True)
    )
    op.add_column('flow_run', sa.Column('skip_at', sa.DateTime(timezone=True), nullable=True))
    skippable = sa.text("state_type = 'SCHEDULED' AND skip_at IS NOT NULL")
    op.create_index(
        'ix_flow_run_skip_at',
        'flow_run',
        ['skip_at'],
        sqlite_where=skippable,
        postgresql_where=skippable,
    )


def downgrade() -> None:
    op.drop_index('ix_flow_run_skip_at', table_name='flow_run')
    op.drop_column('flow_run', 'skip_at')
    op.drop_column('deployment_schedule', 'late_runs_max_seconds')
    op.drop_column('deployment_schedule', 'late_runs')
