"""Who was told of a delivery, where its channel tells several.

Revision ID: 0031
Revises: 0030
"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def _index_dead(where: str) -> None:
    op.drop_index('ix_delivery_dead', table_name='delivery')
    op.create_index(
        'ix_delivery_dead',
        'delivery',
        ['workspace_id', 'created'],
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def upgrade() -> None:
    any_json = sa.JSON(none_as_null=True)
    op.add_column('delivery', sa.Column('told', any_json, nullable=True))
    op.add_column('delivery', sa.Column('untold', any_json, nullable=True))
    _index_dead("state IN ('dead', 'partly')")


def downgrade() -> None:
    op.execute("UPDATE delivery SET state = 'dead' WHERE state = 'partly'")
    op.execute("UPDATE delivery_attempt SET outcome = 'failed' WHERE outcome = 'partly'")
    _index_dead("state = 'dead'")
    op.drop_column('delivery', 'untold')
    op.drop_column('delivery', 'told')
