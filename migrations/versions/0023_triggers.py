"""What triggers know of the events that came, and how far they have read them.

Revision ID: 0023
Revises: 0022
"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def position() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'automation_reader',
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('position', position(), nullable=False),
        sa.Column('turn', position(), nullable=False),
        sa.Column(
            'missing',
            sa.JSON(none_as_null=True).with_variant(sa.Text(), 'sqlite'),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_automation_reader')),
    )
    op.create_table(
        'automation_memory',
        sa.Column('trigger_id', sa.Uuid(), nullable=False),
        sa.Column('key', sa.String(), nullable=False),
        sa.Column('automation_id', sa.Uuid(), nullable=False),
        sa.Column('state', sa.JSON(none_as_null=True), nullable=False),
        sa.Column('due', sa.DateTime(timezone=True), nullable=True),
        sa.Column('workspace_id', sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint('trigger_id', 'key', name=op.f('pk_automation_memory')),
    )
    op.create_index(op.f('ix_automation_memory_due'), 'automation_memory', ['due'])
    op.create_table(
        'automation_waiting',
        sa.Column('position', position(), autoincrement=False, nullable=False),
        sa.Column('event_id', sa.Uuid(), nullable=False),
        sa.Column('leader', sa.Uuid(), nullable=False),
        sa.Column('until', sa.DateTime(timezone=True), nullable=False),
        sa.Column('workspace_id', sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint('position', name=op.f('pk_automation_waiting')),
    )
    op.create_index(op.f('ix_automation_waiting_leader'), 'automation_waiting', ['leader'])
    op.create_index(op.f('ix_automation_waiting_until'), 'automation_waiting', ['until'])


def downgrade() -> None:
    op.drop_table('automation_waiting')
    op.drop_table('automation_memory')
    op.drop_table('automation_reader')
