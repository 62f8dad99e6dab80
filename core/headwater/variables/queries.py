"""Every statement over variables."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from headwater.criteria import Names
from headwater.db.criteria import Condition, join, meet, meet_tags
from headwater.db.json import dump, parse
from headwater.db.upserts import insert_new
from headwater.errors import ConflictError, NotFoundError
from headwater.variables.models import Variable
from headwater.variables.schemas import VariableFilter, VariableSort

_variable = Variable.__table__
_SHOWN = [column for column in _variable.c if column.name != "workspace_id"]
_mine = _variable.c.workspace_id == bindparam("workspace")
_this = _variable.c.id == bindparam("this")
_VARIABLE = select(*_SHOWN).where(_mine, _this)
_VALUES = select(_variable.c.name, _variable.c.value).where(_mine)
_VARIABLE_OF_NAME = select(*_SHOWN).where(_mine, _variable.c.name == bindparam("name"))
_CHANGE = update(_variable).where(_mine, _this)
_DELETE = delete(_variable).where(_mine, _this).returning(*_SHOWN)
_ADD = insert_new(_variable).returning(*_SHOWN)
_ORDER: dict[VariableSort, ColumnElement[Any]] = {
    VariableSort.CREATED_DESC: _variable.c.created.desc(),
    VariableSort.UPDATED_DESC: _variable.c.updated.desc(),
    VariableSort.NAME_ASC: _variable.c.name.asc(),
    VariableSort.NAME_DESC: _variable.c.name.desc(),
}


def add_variable(session: Session, row: Mapping[str, Any]) -> Row[Any] | None:
    """Return the new variable, None where its name is taken."""
    return session.execute(_ADD, row).first()


def get_variable(session: Session, workspace: UUID, variable_id: UUID) -> Row[Any]:
    values = {"workspace": workspace, "this": variable_id}
    return _existing(session.execute(_VARIABLE, values).first())


def get_variable_by_name(session: Session, workspace: UUID, name: str) -> Row[Any]:
    values = {"workspace": workspace, "name": name}
    return _existing(session.execute(_VARIABLE_OF_NAME, values).first())


def list_values(session: Session, workspace: UUID) -> dict[str, Any]:
    """Return the values of all variables by their names."""
    rows = session.execute(_VALUES, {"workspace": workspace})
    return {row.name: parse(row.value) for row in rows}


def change_variable(
    session: Session, workspace: UUID, variable_id: UUID, changes: Mapping[str, Any]
) -> Row[Any]:
    """Return the changed variable; raise ConflictError where its new name is taken."""
    change = _CHANGE.values(**changes).returning(*_SHOWN)
    try:
        with session.begin_nested():
            found = session.execute(change, {"workspace": workspace, "this": variable_id}).first()
    except IntegrityError:
        raise ConflictError(
            f"A variable with the name {changes['name']!r} already exists."
        ) from None
    return _existing(found)


def delete_variable(session: Session, workspace: UUID, variable_id: UUID) -> Row[Any]:
    """Return the variable that was."""
    values = {"workspace": workspace, "this": variable_id}
    return _existing(session.execute(_DELETE, values).first())


def list_variables(
    session: Session, condition: Condition, sort: VariableSort, limit: int, offset: int
) -> Sequence[Row[Any]]:
    page = select(*_SHOWN).where(condition).order_by(_ORDER[sort], _variable.c.id)
    return session.execute(page.limit(limit).offset(offset)).all()


def count_variables(session: Session, condition: Condition) -> int:
    counted = select(func.count()).select_from(_variable).where(condition)
    return session.scalars(counted).one()


def variables_wanted(workspace: UUID, wanted: VariableFilter | None, dialect: str) -> Condition:
    of_workspace = _variable.c.workspace_id == workspace
    if wanted is None:
        return of_workspace
    conditions = [*meet(_variable.c.id, wanted.id), *meet(_variable.c.name, wanted.name)]
    conditions += meet_tags(_variable.c.tags, wanted.tags, dialect)
    if wanted.value is not None:
        conditions += meet(cast(_variable.c.value, Text), _as_json(wanted.value))
    return and_(of_workspace, join(wanted, conditions))


def _as_json(wanted: Names) -> Names:
    """Return what to ask of the column, which has a text in its quotes."""
    if wanted.any_ is None:
        return wanted
    return wanted.model_copy(update={"any_": [dump(value) for value in wanted.any_]})


def _existing(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise NotFoundError("Variable not found.")
    return row
