"""An index of the event log by resource, which the server fills as it runs.

Revision ID: 0032
Revises: 0031
"""
from alembic import op
import sqlalchemy as sa


revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    position = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
    any_json = sa.JSON(none_as_null=True).with_variant(sa.Text(), 'sqlite')
    op.create_table(
        'event_block',
        sa.Column('number', position, autoincrement=False, nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.Column('until', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('number', name=op.f('pk_event_block')),
    )
    op.create_table(
        'event_resource',
        sa.Column('resource_id', sa.String(), nullable=False),
        sa.Column('block', position, nullable=False),
        sa.Column('about', any_json, nullable=False),
        sa.Column('related', any_json, nullable=False),
        sa.Column('workspace_id', sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint(
            'block', 'workspace_id', 'resource_id', name=op.f('pk_event_resource')
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f('ix_event_resource_workspace_id_resource_id_block'),
        'event_resource',
        ['workspace_id', 'resource_id', 'block'],
        postgresql_ops={'resource_id': 'text_pattern_ops'},
    )


def downgrade() -> None:
    op.drop_table('event_resource')
    op.drop_table('event_block')
