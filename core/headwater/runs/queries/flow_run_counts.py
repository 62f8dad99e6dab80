"""How many flow runs there are in each type of state, without a look at the runs."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, cast, delete, func, literal, select
from sqlalchemy import column as named
from sqlalchemy import table as named_table
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from headwater.db.hot import HotStatement
from headwater.runs.models import FlowRunCount

_count = FlowRunCount.__table__
_c = _count.c
_KEY = (_c.workspace_id, _c.state_type, _c.counter)
_BY_TYPE = HotStatement(
    select(_c.state_type, cast(func.sum(_c.runs), BigInteger).label("runs"))
    .where(_c.workspace_id == bindparam("workspace"))
    .group_by(_c.state_type)
)


def count_in_states(session: Session, workspace: UUID, types: Collection[str] | None) -> int:
    """Return how many runs are in a state of these types; None: in any, or in none."""
    counted = _BY_TYPE.all(session, {"workspace": workspace})
    return sum(row.runs for row in counted if types is None or row.state_type in types)


_connection = named_table("pg_stat_activity", named("pid"))
_left = (
    delete(_count)
    .where(_c.counter != 0, _c.counter.not_in(select(_connection.c.pid)))
    .returning(_c.workspace_id, _c.state_type, _c.runs)
    .cte("left_behind")
)
_summed = select(
    _left.c.workspace_id, _left.c.state_type, literal(0), cast(func.sum(_left.c.runs), BigInteger)
).group_by(_left.c.workspace_id, _left.c.state_type)
_folded = upsert(_count).from_select([*_KEY, _c.runs], _summed)
_FOLD = _folded.on_conflict_do_update(
    index_elements=_KEY, set_={"runs": _c.runs + _folded.excluded.runs}
)


def fold_counts(session: Session) -> None:
    """Take over what connections counted that are gone, of which PostgreSQL sees many."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_FOLD)
