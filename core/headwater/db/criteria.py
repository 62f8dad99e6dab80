"""Criteria of filters as SQL."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)

from headwater.criteria import AllTags, CreatedBy, Criterion, Filter, Operator

Condition = ColumnElement[bool]
ESCAPE = "\\"
_CONDITIONS: dict[str, Callable[[ColumnElement[Any], Any], Condition]] = {
    "any_": lambda column, values: column.in_(values),
    "not_any_": lambda column, values: column.not_in(values),
    # A backslash stands for itself: else PostgreSQL alone would take it for an escape.
    "like_": lambda column, value: column.ilike(f"%{value.replace(ESCAPE, ESCAPE * 2)}%", ESCAPE),
    "is_null_": lambda column, value: column.is_(None) if value else column.is_not(None),
    "before_": lambda column, value: column <= value,
    "after_": lambda column, value: column >= value,
    "eq_": lambda column, value: column.is_(value),
    "startswith_": lambda column, values: or_(
        false(), *(begins(column, literal(value, Text)) for value in values)
    ),
    "ge_": lambda column, value: column >= value,
    "le_": lambda column, value: column <= value,
}


def begins(column: ColumnElement[Any], prefix: ColumnElement[str]) -> Condition:
    """Return that a text begins so, to the letter. SQLite's LIKE takes any case."""
    return func.substr(column, 1, func.length(prefix)) == prefix


def join(wanted: Filter, conditions: Iterable[Condition]) -> Condition:
    """Join conditions by the filter's operator; none at all is true."""
    found = list(conditions)
    if not found:
        return true()
    return or_(*found) if wanted.operator is Operator.OR else and_(*found)


def meet(column: ColumnElement[Any], wanted: Criterion | None) -> list[Condition]:
    """Return what *column* must be; empty where nothing is asked of it."""
    if wanted is None:
        return []
    asked = {name: value for name, value in wanted if name in _CONDITIONS and value is not None}
    conditions = [_CONDITIONS[name](column, value) for name, value in asked.items()]
    if isinstance(wanted, Filter) and conditions:
        return [join(wanted, conditions)]
    return conditions


def meet_tags(column: ColumnElement[Any], wanted: AllTags | None, dialect: str) -> list[Condition]:
    if wanted is None:
        return []
    conditions = []
    if wanted.all_ is not None:
        conditions.append(has_all(column, wanted.all_, dialect))
    if (any_of := getattr(wanted, "any_", None)) is not None:
        conditions.append(_has_any(column, any_of, dialect))
    if wanted.is_null_ is not None:
        conditions.append(column == [] if wanted.is_null_ else column != [])
    return [join(wanted, conditions)] if conditions else []


def has_all(column: ColumnElement[Any], tags: Sequence[str], dialect: str) -> Condition:
    """Return that a list in JSON has all of these."""
    if dialect == "postgresql":
        contained: Condition = column.op("@>", is_comparison=True)(tags)
        return contained
    return and_(true(), *(_has_any(column, [tag], dialect) for tag in tags))


def _has_any(column: ColumnElement[Any], tags: Sequence[str], dialect: str) -> Condition:
    if not tags:
        return false()
    if dialect == "postgresql":
        overlapping: Condition = column.op("?|", is_comparison=True)(cast(tags, ARRAY(Text)))
        return overlapping
    member = func.json_each(column).table_valued("value")
    return exists(select(1).select_from(member).where(member.c.value.in_(tags)))


def meet_created_by(
    column: ColumnElement[Any], wanted: CreatedBy | None, dialect: str
) -> list[Condition]:
    if wanted is None:
        return []

    def member(name: str) -> ColumnElement[Any]:
        if dialect == "postgresql":
            return column.op("->>")(name)
        return func.json_extract(column, f"$.{name}")

    conditions = []
    if wanted.id_ is not None:
        conditions.append(member("id").in_([str(value) for value in wanted.id_]))
    if wanted.type_ is not None:
        conditions.append(member("type").in_(wanted.type_))
    if wanted.is_null_ is not None:
        conditions.append(column.is_(None) if wanted.is_null_ else column.is_not(None))
    return [join(wanted, conditions)] if conditions else []
