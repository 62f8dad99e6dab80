"""Many rows as columns: read and shown so, they take half of what SQLAlchemy's rows do."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Dialect, Select
from sqlalchemy.orm import Session

from headwater.db.hot import Columns, Convert, convert, name_columns, reader_of, tell


class ColumnReader:
    """Reads statements that select the same columns as *selected*, each of another name."""

    def __init__(self, selected: Select[Any]) -> None:
        self._columns = list(selected.selected_columns)
        self._readers: dict[Dialect, list[Convert | None]] = {}

    def read(self, session: Session, statement: Select[Any]) -> Columns:
        """Return the values of each column by its name, in the order of the rows."""
        result: Any = session.execute(statement)  # of a cursor, as those of tables are
        cursor, connection = result.cursor, result.connection
        try:
            rows = cursor.fetchall()
        except connection.dialect.loaded_dbapi.Error as error:
            raise tell(connection, str(statement), error) from error
        readers = self._readers.get(connection.dialect)
        if readers is None:
            readers = self._readers_for(cursor.description, connection.dialect)
        result.close()
        columns = name_columns([column.name for column in self._columns], rows).items()
        return {
            name: convert(values, reader)
            for (name, values), reader in zip(columns, readers, strict=True)
        }

    def _readers_for(
        self, description: Sequence[Sequence[Any]], dialect: Dialect
    ) -> list[Convert | None]:
        pairs = zip(self._columns, description, strict=True)
        readers = [reader_of(column.type, dialect, told[1]) for column, told in pairs]
        self._readers[dialect] = readers
        return readers
