"""Positions of log lines that no later line is given again.

Revision ID: 0014
Revises: 0013
"""
from alembic import op


# revision identifiers, used by Alembic.
revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    rebuild(count_on=True)


def downgrade() -> None:
    rebuild(count_on=False)


def rebuild(*, count_on: bool) -> None:
    # SQLite alone gives the positions of the last rows again once those are deleted.
    if op.get_bind().dialect.name == 'sqlite':
        options = {'sqlite_autoincrement': count_on}
        with op.batch_alter_table('log', recreate='always', table_kwargs=options):
            pass
