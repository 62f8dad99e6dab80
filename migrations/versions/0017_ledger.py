"""The ledger: when a person had something sent again, what was given up, answers of some age.

Revision ID: 0017
Revises: 0016
"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('delivery', sa.Column('resent', sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        'ix_delivery_dead',
        'delivery',
        ['workspace_id', 'created'],
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_index(
        'ix_delivery_attempt_answered',
        'delivery_attempt',
        ['started'],
        sqlite_where=sa.text('response IS NOT NULL'),
        postgresql_where=sa.text('response IS NOT NULL'),
    )


def downgrade() -> None:
    op.drop_index('ix_delivery_attempt_answered', table_name='delivery_attempt')
    op.drop_index('ix_delivery_dead', table_name='delivery')
    op.drop_column('delivery', 'resent')
