"""Policies of several channels that tell of recoveries, and the order of what is told.

On SQLite a table that is made anew (`batch_alter_table` of block_document) loses its triggers:
such a revision calls this one's `make_trigger` at its end.

Revision ID: 0018
Revises: 0017
"""
from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


# revision identifiers, used by Alembic.
revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

POLICY = 'flow_run_notification_policy'
TRIGGER = 'notification_policy_channel_removed'
LISTS = ('flow_ids', 'deployment_ids', 'work_pool_ids', 'more_channel_ids', 'fallback_channel_ids')
WAITING = "state IN ('pending', 'sending')"


def upgrade() -> None:
    tags = sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')
    none, no = sa.text("'[]'"), sa.false()
    for column in (
        sa.Column('name', sa.String(), nullable=False, server_default=''),
        sa.Column('match_all_tags', sa.Boolean(), nullable=False, server_default=no),
        *(sa.Column(name, tags, nullable=False, server_default=none) for name in LISTS),
        sa.Column('recovery', sa.Boolean(), nullable=False, server_default=no),
        sa.Column('templating', sa.String(), nullable=False, server_default='plain'),
        sa.Column('title_template', sa.String(), nullable=True),
    ):
        op.add_column(POLICY, column)
    for column in (
        sa.Column('templating', sa.String(), nullable=False, server_default='plain'),
        sa.Column('title_template', sa.String(), nullable=True),
        sa.Column('fallback_channel_ids', tags, nullable=False, server_default=none),
    ):
        op.add_column('notification', column)
    for column in (
        sa.Column('order_key', sa.Uuid(), nullable=True),
        sa.Column('seq', sa.BigInteger(), nullable=False, server_default='0'),
        sa.Column('problem', sa.String(), nullable=True),
        sa.Column('note', sa.String(), nullable=True),
    ):
        op.add_column('delivery', column)
    for name, where in INDEXES.items():
        columns = ['order_key', 'seq'] if name.endswith('told') else ['channel_id', 'order_key', 'seq']
        op.create_index(name, 'delivery', columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        'open_problem',
        sa.Column('policy_id', sa.Uuid(), nullable=False),
        sa.Column('subject_id', sa.Uuid(), nullable=False),
        sa.Column('workspace_id', sa.Uuid(), nullable=False),
        sa.Column('opened', sa.DateTime(timezone=True), nullable=False),
        sa.Column('since', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ['policy_id'], [f'{POLICY}.id'], name=op.f('fk_open_problem_policy_id'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('policy_id', 'subject_id', name=op.f('pk_open_problem')),
    )
    make_trigger()


INDEXES = {
    'ix_delivery_told': sa.text('order_key IS NOT NULL'),
    'ix_delivery_order': sa.text(f'order_key IS NOT NULL AND {WAITING}'),
    'ix_delivery_recovery': sa.text(f'problem IS NOT NULL AND {WAITING}'),
}


def downgrade() -> None:
    op.execute(f'DROP TRIGGER {TRIGGER}' + (' ON block_document' if _is_postgresql() else ''))
    if _is_postgresql():
        op.execute(f'DROP FUNCTION {TRIGGER}')
    op.drop_table('open_problem')
    for name in INDEXES:
        op.drop_index(name, table_name='delivery')
    for name in ('note', 'problem', 'seq', 'order_key'):
        op.drop_column('delivery', name)
    for name in ('fallback_channel_ids', 'title_template', 'templating'):
        op.drop_column('notification', name)
    for name in ('title_template', 'templating', 'recovery', *LISTS, 'match_all_tags', 'name'):
        op.drop_column(POLICY, name)


def make_trigger() -> None:
    """Take a channel that is deleted out of the policies that have others: the next steps up.

    A policy whose only channel it was goes with it, by its foreign key.
    """
    if _is_postgresql():
        _make_for_postgresql()
    else:
        _make_for_sqlite()


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == 'postgresql'


def _make_for_postgresql() -> None:
    old = 'OLD.id::text'
    out = ', '.join(f'{name} = {name} - {old}' for name in LISTS[-2:])
    steps = [
        f'UPDATE {POLICY} SET {out} WHERE workspace_id = OLD.workspace_id '
        f'AND ({LISTS[-2]} ? {old} OR {LISTS[-1]} ? {old});'
    ]
    steps += [
        f'UPDATE {POLICY} SET block_document_id = ({name} ->> 0)::uuid, {name} = {name} - 0 '
        f'WHERE block_document_id = OLD.id AND jsonb_array_length({name}) > 0;'
        for name in LISTS[-2:]
    ]
    op.execute(
        f"CREATE FUNCTION {TRIGGER}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{' '.join(steps)} RETURN OLD; END $$"
    )
    op.execute(
        f'CREATE TRIGGER {TRIGGER} BEFORE DELETE ON block_document '
        f'FOR EACH ROW EXECUTE FUNCTION {TRIGGER}()'
    )


def _make_for_sqlite() -> None:
    digits = "replace(value, '-', '')"
    has = "OLD.id IN (SELECT {digits} FROM json_each({name}))"
    rest = "(SELECT json_group_array(value) FROM json_each({name}) WHERE {digits} <> OLD.id)"
    out = ', '.join(f'{n} = {rest.format(name=n, digits=digits)}' for n in LISTS[-2:])
    where = ' OR '.join(has.format(name=n, digits=digits) for n in LISTS[-2:])
    steps = [f'UPDATE {POLICY} SET {out} WHERE workspace_id = OLD.workspace_id AND ({where});']
    steps += [
        f"UPDATE {POLICY} SET block_document_id = replace(json_extract({name}, '$[0]'), '-', ''), "
        f"{name} = json_remove({name}, '$[0]') "
        f"WHERE block_document_id = OLD.id AND json_array_length({name}) > 0;"
        for name in LISTS[-2:]
    ]
    op.execute(
        f"CREATE TRIGGER {TRIGGER} BEFORE DELETE ON block_document BEGIN {' '.join(steps)} END"
    )
