"""Automations, and what each has to do with.

Revision ID: 0012
Revises: 0011
"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


# revision identifiers, used by Alembic.
revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def any_json() -> sa.types.TypeEngine:
    # SQLite makes numbers of what looks like one in a column of its JSON.
    return sa.JSON(none_as_null=True).with_variant(sa.Text(), 'sqlite')


def tags() -> sa.types.TypeEngine:
    return sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')


def entity(name: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column('id', sa.Uuid(), nullable=False),
        sa.Column('created', sa.DateTime(timezone=True), nullable=False),
        sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
        sa.Column('workspace_id', sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
    ]


def upgrade() -> None:
    op.create_table('automation',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('tags', tags(), nullable=False),
    sa.Column('trigger', sa.JSON(none_as_null=True), nullable=False),
    sa.Column('actions', any_json(), nullable=False),
    sa.Column('actions_on_trigger', any_json(), nullable=False),
    sa.Column('actions_on_resolve', any_json(), nullable=False),
    *entity('automation'),
    )
    op.create_index(op.f('ix_automation_workspace_id_name'), 'automation', ['workspace_id', 'name'])
    op.create_table('automation_related_resource',
    sa.Column('automation_id', sa.Uuid(), nullable=False),
    sa.Column('resource_id', sa.String(), nullable=False),
    sa.Column('owns', sa.Boolean(), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['automation_id'], ['automation.id'], name=op.f('fk_automation_related_resource_automation_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('automation_id', 'resource_id', name=op.f('pk_automation_related_resource')),
    )
    op.create_index(op.f('ix_automation_related_resource_workspace_id_resource_id'), 'automation_related_resource', ['workspace_id', 'resource_id'])


def downgrade() -> None:
    op.drop_table('automation_related_resource')
    op.drop_table('automation')
