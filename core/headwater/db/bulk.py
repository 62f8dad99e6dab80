"""Many rows at once into PostgreSQL."""

from sqlalchemy import JSON, Table, bindparam, column, func, select
from sqlalchemy.dialects import postgresql


def insert_from_json(table: Table) -> postgresql.Insert:
    """Return what adds `rows`: a parameter that is a list of rows, in their order. What counts
    itself up is not among their columns.

    All as one parameter: thousands of them cost the driver more than the rows themselves.
    """
    columns = [each for each in table.c if each is not table.autoincrement_column]
    rows = (
        func.json_to_recordset(bindparam("rows", type_=JSON))
        .table_valued(*(column(each.name, each.type) for each in columns), name="rows")
        .render_derived(with_types=True)
    )
    return postgresql.insert(table).from_select([each.name for each in columns], select(*rows.c))
