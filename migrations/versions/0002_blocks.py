"""Block types, their schemas, documents and what these refer to.

Revision ID: 0002
Revises: 0001
"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('block_type',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('slug', sa.String(), nullable=False),
    sa.Column('logo_url', sa.String(), nullable=True),
    sa.Column('documentation_url', sa.String(), nullable=True),
    sa.Column('description', sa.String(), nullable=True),
    sa.Column('code_example', sa.String(), nullable=True),
    sa.Column('is_protected', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_block_type')),
    sa.UniqueConstraint('workspace_id', 'slug', name=op.f('uq_block_type_workspace_id_slug'))
    )
    op.create_table('block_schema',
    sa.Column('block_type_id', sa.Uuid(), nullable=False),
    sa.Column('checksum', sa.String(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('capabilities', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['block_type_id'], ['block_type.id'], name=op.f('fk_block_schema_block_type_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_block_schema')),
    sa.UniqueConstraint('workspace_id', 'checksum', 'version', name=op.f('uq_block_schema_workspace_id_checksum_version'))
    )
    with op.batch_alter_table('block_schema', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_block_schema_block_type_id'), ['block_type_id'], unique=False)

    op.create_table('block_document',
    sa.Column('block_type_id', sa.Uuid(), nullable=False),
    sa.Column('block_schema_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('data', sa.String(), nullable=False),
    sa.Column('is_anonymous', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated', sa.DateTime(timezone=True), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['block_schema_id'], ['block_schema.id'], name=op.f('fk_block_document_block_schema_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['block_type_id'], ['block_type.id'], name=op.f('fk_block_document_block_type_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_block_document')),
    sa.UniqueConstraint('block_type_id', 'name', name=op.f('uq_block_document_block_type_id_name'))
    )
    with op.batch_alter_table('block_document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_block_document_block_schema_id'), ['block_schema_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_block_document_workspace_id_name'), ['workspace_id', 'name'], unique=False)

    op.create_table('block_document_reference',
    sa.Column('parent_block_document_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('reference_block_document_id', sa.Uuid(), nullable=False),
    sa.Column('workspace_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['parent_block_document_id'], ['block_document.id'], name=op.f('fk_block_document_reference_parent_block_document_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['reference_block_document_id'], ['block_document.id'], name=op.f('fk_block_document_reference_reference_block_document_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('parent_block_document_id', 'name', name=op.f('pk_block_document_reference'))
    )
    with op.batch_alter_table('block_document_reference', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_block_document_reference_reference_block_document_id'), ['reference_block_document_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('block_document_reference', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_block_document_reference_reference_block_document_id'))

    op.drop_table('block_document_reference')
    with op.batch_alter_table('block_document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_block_document_workspace_id_name'))
        batch_op.drop_index(batch_op.f('ix_block_document_block_schema_id'))

    op.drop_table('block_document')
    with op.batch_alter_table('block_schema', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_block_schema_block_type_id'))

    op.drop_table('block_schema')
    op.drop_table('block_type')
