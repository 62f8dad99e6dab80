"""Counts of flow runs by the type of their state, kept by triggers.

On SQLite a table that is made anew (`batch_alter_table` of flow_run) loses its triggers: such a
revision calls this one's `make_triggers` at its end.

Revision ID: 0016
Revises: 0015
"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

TRIGGERS = ('flow_run_count_added', 'flow_run_count_moved', 'flow_run_count_removed')
INDEX = 'ix_flow_run_workspace_id_state_type'
ADD = 'ON CONFLICT (workspace_id, state_type, counter) DO UPDATE SET runs = flow_run_count.runs'


def upgrade() -> None:
    op.create_table(
        'flow_run_count',
        sa.Column('workspace_id', sa.Uuid(), nullable=False),
        sa.Column('state_type', sa.String(), nullable=False),
        sa.Column('counter', sa.Integer(), nullable=False),
        sa.Column('runs', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            'workspace_id', 'state_type', 'counter', name=op.f('pk_flow_run_count')
        ),
    )
    # Before the counting: from then on nobody else changes runs.
    make_triggers()
    op.execute(
        "INSERT INTO flow_run_count (workspace_id, state_type, counter, runs) "
        "SELECT workspace_id, coalesce(state_type, ''), 0, count(*) FROM flow_run "
        "GROUP BY workspace_id, coalesce(state_type, '')"
    )
    if _is_postgresql():
        op.drop_index(op.f(INDEX), table_name='flow_run')  # what it was for is counted now


def downgrade() -> None:
    for name in TRIGGERS:
        if _is_postgresql():
            op.execute(f'DROP TRIGGER {name} ON flow_run')
            op.execute(f'DROP FUNCTION {name}')
        else:
            op.execute(f'DROP TRIGGER {name}')
    op.drop_table('flow_run_count')
    if _is_postgresql():
        op.create_index(op.f(INDEX), 'flow_run', ['workspace_id', 'state_type'])


def make_triggers() -> None:
    if _is_postgresql():
        _make_for_postgresql()
    else:
        _make_for_sqlite()


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == 'postgresql'


def _make_for_postgresql() -> None:
    """Let each connection count in rows of its own, for which it waits for nobody."""
    added, moved, removed = TRIGGERS
    many = (
        "SELECT workspace_id, coalesce(state_type, ''), pg_backend_pid(), {sign} count(*) "
        "FROM changed GROUP BY workspace_id, coalesce(state_type, '')"
    )
    one = (
        "VALUES (NEW.workspace_id, coalesce(NEW.state_type, ''), pg_backend_pid(), 1), "
        "(OLD.workspace_id, coalesce(OLD.state_type, ''), pg_backend_pid(), -1)"
    )
    for name, rows in (added, many.format(sign='')), (moved, one), (removed, many.format(sign='-')):
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"INSERT INTO flow_run_count (workspace_id, state_type, counter, runs) {rows} "
            f"{ADD} + excluded.runs; RETURN NULL; END $$"
        )
    op.execute(
        f"CREATE TRIGGER {added} AFTER INSERT ON flow_run REFERENCING NEW TABLE AS changed "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {added}()"
    )
    op.execute(
        f"CREATE TRIGGER {moved} AFTER UPDATE OF state_type ON flow_run FOR EACH ROW "
        f"WHEN (OLD.state_type IS DISTINCT FROM NEW.state_type) EXECUTE FUNCTION {moved}()"
    )
    op.execute(
        f"CREATE TRIGGER {removed} AFTER DELETE ON flow_run REFERENCING OLD TABLE AS changed "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {removed}()"
    )


def _make_for_sqlite() -> None:
    added, moved, removed = TRIGGERS
    into = "INSERT INTO flow_run_count (workspace_id, state_type, counter, runs)"
    more = f"{into} VALUES (NEW.workspace_id, coalesce(NEW.state_type, ''), 0, 1) {ADD} + 1;"
    less = f"{into} VALUES (OLD.workspace_id, coalesce(OLD.state_type, ''), 0, -1) {ADD} - 1;"
    op.execute(f"CREATE TRIGGER {added} AFTER INSERT ON flow_run BEGIN {more} END")
    op.execute(
        f"CREATE TRIGGER {moved} AFTER UPDATE OF state_type ON flow_run "
        f"WHEN OLD.state_type IS NOT NEW.state_type BEGIN {more} {less} END"
    )
    op.execute(f"CREATE TRIGGER {removed} AFTER DELETE ON flow_run BEGIN {less} END")
