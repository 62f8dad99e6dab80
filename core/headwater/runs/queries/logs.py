"""Statements over log lines."""

import re
from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, insert, or_, select, true
from sqlalchemy.orm import Session

from headwater.db.bulk import insert_from_json
from headwater.db.criteria import Condition, join, meet
from headwater.db.hot import HotStatement
from headwater.runs.models import Log
from headwater.runs.schemas.logs import LogFilter, LogSort
from headwater.web.sockets.following import NEWEST

log = Log.__table__
_ADD, _ADD_AS_JSON = HotStatement(insert(log)), HotStatement(insert_from_json(log))
_hidden = {"position", "workspace_id"}
_SHOWN: list[ColumnElement[Any]] = [column for column in log.c if column.name not in _hidden]
_SHOWN.insert(2, log.c.created.label("updated"))  # the clients' word; no line changes
_ORDER: dict[LogSort, list[ColumnElement[Any]]] = {
    LogSort.TIMESTAMP_ASC: [log.c.timestamp.asc(), log.c.position.asc()],
    LogSort.TIMESTAMP_DESC: [log.c.timestamp.desc(), log.c.position.desc()],
}
_LAST = select(log.c.position).order_by(log.c.position.desc()).limit(NEWEST)
# A sign that requires or excludes, then a phrase in quotes or a word.
_TERM = re.compile(r'(?P<sign>[-!+]?)(?:"(?P<phrase>(?:\\.|[^"\\])*)"?|(?P<word>\S+))')


def add_logs(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    if session.get_bind().dialect.name == "postgresql":
        _ADD_AS_JSON.later(session, {"rows": rows})
    else:
        _ADD.run_many(session, rows)


def list_logs(
    session: Session, condition: Condition, sort: LogSort, limit: int, offset: int = 0
) -> Sequence[Row[Any]]:
    page = select(*_SHOWN).where(condition).order_by(*_ORDER[sort])
    return session.execute(page.limit(limit).offset(offset)).all()


def list_logs_after(
    session: Session, condition: Condition, position: int, limit: int
) -> Sequence[Row[Any]]:
    """Return lines in the order in which they arrived, each with its position."""
    page = select(log).where(condition, log.c.position > position).order_by(log.c.position)
    return session.execute(page.limit(limit)).all()


def list_last_positions(session: Session) -> Sequence[int]:
    """Return the last positions of all lines, the highest first."""
    return session.execute(_LAST).scalars().all()


def list_new_positions(
    session: Session, position: int, holes: Sequence[int], limit: int
) -> Sequence[int]:
    """Return the positions after one that are taken, and those of the *holes* before it."""
    positions = select(log.c.position).order_by(log.c.position).limit(limit)
    # Not by one statement with OR, for which SQLite goes through all lines.
    places: list[Condition] = [log.c.position.in_(holes)] if holes else []
    places.append(log.c.position > position)
    found = (session.execute(positions.where(place)).scalars() for place in places)
    return list(islice(chain.from_iterable(found), limit))


def list_logs_at(
    session: Session, condition: Condition, positions: Sequence[int]
) -> Sequence[Row[Any]]:
    """Return those of the lines at *positions* that meet the condition."""
    found = select(*_SHOWN).where(condition, log.c.position.in_(positions))
    return session.execute(found.order_by(log.c.position)).all()


def logs_wanted(workspace: UUID, wanted: LogFilter | None) -> Condition:
    mine = log.c.workspace_id == workspace
    if wanted is None:
        return mine
    conditions = [
        *meet(log.c.level, wanted.level),
        *meet(log.c.timestamp, wanted.timestamp),
        *meet(log.c.flow_run_id, wanted.flow_run_id),
        *meet(log.c.task_run_id, wanted.task_run_id),
    ]
    if wanted.text is not None:
        conditions.append(_search(wanted.text.query))
    return and_(mine, join(wanted, conditions))


def _search(query: str) -> Condition:
    """Return lines with any of the words; `+` requires a word, `-` or `!` excludes it."""
    wanted: list[Condition] = []
    required: list[Condition] = []
    excluded: list[Condition] = []
    for term in _TERM.finditer(query):
        text = term["word"] or re.sub(r"\\(.)", r"\1", term["phrase"] or "")
        if not text or term[0] in {"-", "+", "!"}:
            continue
        kind = {"": wanted, "+": required}.get(term["sign"], excluded)
        kind.append(_has(text))
    conditions = [*required, *(~condition for condition in excluded)]
    if wanted and not required:
        conditions.append(or_(*wanted))
    return and_(true(), *conditions)


def _has(text: str) -> Condition:
    return (log.c.name + " " + log.c.message).icontains(text, autoescape=True)
