"""Variables, artifacts and their keys, saved searches.

Revision ID: 0008
Revises: 0007
"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


# revision identifiers, used by Alembic.
revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

TABLES = ('saved_search', 'artifact_collection', 'artifact', 'variable')


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


def unique(table: str, column: str) -> sa.UniqueConstraint:
    name = op.f(f'uq_{table}_workspace_id_{column}')
    return sa.UniqueConstraint('workspace_id', column, name=name)


def upgrade() -> None:
    op.create_table('variable',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', any_json(), nullable=True),
    sa.Column('tags', tags(), nullable=False),
    *entity('variable'),
    unique('variable', 'name'),
    )
    op.create_table('artifact',
    sa.Column('key', sa.String(), nullable=True),
    sa.Column('type', sa.String(), nullable=True),
    sa.Column('description', sa.String(), nullable=True),
    sa.Column('data', any_json(), nullable=True),
    sa.Column('metadata_', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('flow_run_id', sa.Uuid(), nullable=True),
    sa.Column('task_run_id', sa.Uuid(), nullable=True),
    *entity('artifact'),
    )
    op.create_index(op.f('ix_artifact_workspace_id_key_created'), 'artifact', ['workspace_id', 'key', 'created'])
    op.create_index(op.f('ix_artifact_flow_run_id'), 'artifact', ['flow_run_id'])
    op.create_index(op.f('ix_artifact_task_run_id'), 'artifact', ['task_run_id'])
    op.create_table('artifact_collection',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('latest_id', sa.Uuid(), nullable=False),
    *entity('artifact_collection'),
    unique('artifact_collection', 'key'),
    )
    op.create_index(op.f('ix_artifact_collection_latest_id'), 'artifact_collection', ['latest_id'])
    op.create_table('saved_search',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('filters', any_json(), nullable=False),
    *entity('saved_search'),
    unique('saved_search', 'name'),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
