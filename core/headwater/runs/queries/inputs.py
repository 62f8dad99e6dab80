"""Statements over what is sent to runs."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Text, bindparam, delete, insert, literal, select
from sqlalchemy.orm import Session

from headwater.db.criteria import begins
from headwater.runs.models import FlowRunInput
from headwater.runs.schemas.inputs import FlowRunInputsWanted

_input = FlowRunInput.__table__
_mine = [
    _input.c.workspace_id == bindparam("workspace"),
    _input.c.flow_run_id == bindparam("run_id"),
]
_SHOWN = [column for column in _input.c if column.name != "workspace_id"]
_VALUE = select(_input.c.value).where(*_mine, _input.c.key == bindparam("key"))
_DELETE = delete(_input).where(*_mine, _input.c.key == bindparam("key")).returning(_input.c.id)
_DELETE_ALL = delete(_input).where(*_mine, _input.c.key.in_(bindparam("keys", expanding=True)))
_ADD = insert(_input)


def add_input(session: Session, values: dict[str, Any]) -> None:
    session.execute(_ADD, values)


def find_value(session: Session, workspace: UUID, run_id: UUID, key: str) -> str | None:
    names = {"workspace": workspace, "run_id": run_id, "key": key}
    return session.execute(_VALUE, names).scalar()


def delete_input(session: Session, workspace: UUID, run_id: UUID, key: str) -> bool:
    names = {"workspace": workspace, "run_id": run_id, "key": key}
    return session.execute(_DELETE, names).first() is not None


def delete_inputs(session: Session, workspace: UUID, run_id: UUID, keys: Collection[str]) -> None:
    names = {"workspace": workspace, "run_id": run_id, "keys": list(keys)}
    session.execute(_DELETE_ALL, names)


def list_inputs(
    session: Session, workspace: UUID, run_id: UUID, wanted: FlowRunInputsWanted
) -> Sequence[Row[Any]]:
    statement = (
        select(*_SHOWN)
        .where(*_mine)
        .where(begins(_input.c.key, literal(wanted.prefix, Text)))
        .where(_input.c.key.not_in(wanted.exclude_keys))
        .order_by(_input.c.created, _input.c.id)
        .limit(wanted.limit)
    )
    return session.execute(statement, {"workspace": workspace, "run_id": run_id}).all()
