"""Many rows at once, as one parameter of a statement of PostgreSQL.

Thousands of parameters cost the driver more than the rows themselves.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import JSON, ColumnClause, Table, bindparam, column, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.expression import TableValuedAlias


def rows_from_json(columns: Iterable[ColumnClause[Any]]) -> TableValuedAlias:
    """Return a table of `rows`: a parameter that is a list of them. What one lacks is null."""
    return (
        func.json_to_recordset(bindparam("rows", type_=JSON))
        .table_valued(*(column(each.name, each.type) for each in columns), name="rows")
        .render_derived(with_types=True)
    )


def insert_from_json(table: Table) -> postgresql.Insert:
    """Return what adds `rows`, in their order. What counts itself up is not among their columns."""
    columns = [each for each in table.c if each is not table.autoincrement_column]
    rows = rows_from_json(columns)
    return postgresql.insert(table).from_select([each.name for each in columns], select(*rows.c))
