"""Incidents, which automations declare and people close.

Revision ID: 0029
Revises: 0028
"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    any_json = sa.JSON(none_as_null=True).with_variant(sa.Text(), 'sqlite')
    op.create_table(
        'incident',
        sa.Column('title', sa.String(), nullable=False),
        sa.Column('description', sa.String(), nullable=False),
        sa.Column('severity', sa.String(), nullable=False),
        sa.Column('automation_id', sa.Uuid(), nullable=True),
        sa.Column('related', any_json, nullable=False),
        sa.Column('closed', sa.DateTime(timezone=True), nullable=True),
        sa.Column('note', sa.String(), nullable=True),
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('created', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
        sa.Column('workspace_id', sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_incident')),
    )
    op.create_index(
        op.f('ix_incident_workspace_id_created'), 'incident', ['workspace_id', 'created']
    )


def downgrade() -> None:
    op.drop_table('incident')
