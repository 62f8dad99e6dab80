"""What automations did: their firings, and the actions of each.

Revision ID: 0022
Revises: 0021
"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    op.create_table(
        'automation_firing',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('automation_id', sa.Uuid(), nullable=False),
        sa.Column('trigger_id', sa.Uuid(), nullable=False),
        sa.Column('triggered', sa.DateTime(timezone=True), nullable=False),
        sa.Column('event_id', sa.Uuid(), nullable=False),
        sa.Column('firing', sa.JSON(), nullable=False),
        sa.Column('automation', sa.JSON(), nullable=False),
        sa.Column('workspace_id', sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_automation_firing')),
    )
    op.create_index(
        op.f('ix_automation_firing_workspace_id_automation_id_triggered'),
        'automation_firing',
        ['workspace_id', 'automation_id', 'triggered'],
    )
    op.create_index(op.f('ix_automation_firing_triggered'), 'automation_firing', ['triggered'])
    op.create_table(
        'automation_action',
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('firing_id', sa.Uuid(), nullable=False),
        sa.Column('automation_id', sa.Uuid(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('on_trigger', sa.Boolean(), nullable=False),
        sa.Column('action', sa.JSON(), nullable=False),
        sa.Column('state', sa.String(), nullable=False),
        sa.Column('due', sa.DateTime(timezone=True), nullable=False),
        sa.Column('claim', sa.Uuid(), nullable=True),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('ended', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reason', sa.String(), nullable=True),
        sa.Column('details', sa.JSON(), nullable=True),
        sa.Column('workspace_id', sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ['firing_id'],
            ['automation_firing.id'],
            name=op.f('fk_automation_action_firing_id'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_automation_action')),
    )
    op.create_index(
        op.f('ix_automation_action_firing_id_number'),
        'automation_action',
        ['firing_id', 'number'],
    )
    op.create_index(
        'ix_automation_action_due',
        'automation_action',
        ['due'],
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )


def downgrade() -> None:
    op.drop_table('automation_action')
    op.drop_table('automation_firing')
