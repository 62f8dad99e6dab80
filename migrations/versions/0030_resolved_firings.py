"""Firings that tell that the metric of an automation is no longer beyond its threshold.

Revision ID: 0030
Revises: 0029
"""
from alembic import op
import sqlalchemy as sa


revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None

FIRING = 'automation_firing'
BEFORE, NOW = 'ix_automation_firing_workspace_id_automation_id_triggered', 'ix_automation_firing_of_automation'
OF_AUTOMATION = ['workspace_id', 'automation_id', 'triggered']


def upgrade() -> None:
    resolved = sa.Column('resolved', sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column(FIRING, resolved)
    op.create_index(NOW, FIRING, [*OF_AUTOMATION, 'resolved'])
    op.drop_index(BEFORE, FIRING)


# Older servers know of no such firings, and would show them as others.
def downgrade() -> None:
    op.execute("DELETE FROM automation_action WHERE firing_id IN (SELECT id FROM automation_firing WHERE resolved)")
    op.execute("DELETE FROM automation_firing WHERE resolved")
    op.create_index(BEFORE, FIRING, OF_AUTOMATION)
    op.drop_index(NOW, FIRING)
    op.drop_column(FIRING, 'resolved')
