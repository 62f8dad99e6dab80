"""Statements that are run all the time: they go past SQLAlchemy's execution.

That costs several times what SQLite does for such a statement. SQLAlchemy still writes the SQL,
once, and its types still convert what goes in and what comes out.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from itertools import repeat
from typing import Any, cast

from sqlalchemy import Connection, Dialect, ReturnsRows
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from headwater.db.session import STORAGE
from headwater.db.storage import UnitSession
from headwater.errors import HeadwaterError

Values = Mapping[str, Any]
Columns = Mapping[str, Sequence[Any]]
Convert = Callable[[Any], Any]
_PARAMETER = re.compile(r"%\((?P<name>[^)]+)\)s|%%")


class HotStatement:
    """A statement of tables alone, with a value for each parameter by its name.

    Rows have their columns as attributes, and `_asdict`. Not for what is filled in late: parameters
    that are lists, values that columns make by default.
    """

    def __init__(self, statement: ReturnsRows) -> None:
        self.statement: Any = statement
        self._forms: dict[tuple[object, ...], _Form] = {}

    def first(self, session: Session, values: Values) -> Any:
        """Return the first row, or None."""
        unit = _straight(session)
        if unit is None:
            return session.execute(self.statement, values).first()
        rows = self._run(unit, values)[0]
        return rows[0] if rows else None

    def all(self, session: Session, values: Values) -> Sequence[Any]:
        unit = _straight(session)
        if unit is None:
            return session.execute(self.statement, values).all()
        return self._run(unit, values)[0]

    def columns(self, session: Session, values: Values) -> Columns:
        """Return the values of each column by its name, in the order of the rows."""
        unit = _straight(session)
        if unit is None:
            names = self.statement.exported_columns.keys()
            return name_columns(names, session.execute(self.statement, values).all())
        form, rows, kinds, _ = self._fetch(unit, values)
        return form.read_columns(rows, kinds)

    def run(self, session: Session, values: Values) -> int:
        """Return how many rows were added, changed or taken away."""
        unit = _straight(session)
        if unit is None:
            done: Any = session.execute(self.statement, values)
            return cast(int, done.rowcount)
        return self._run(unit, values)[1]

    def later(self, session: Session, values: Values) -> None:
        """Run it before the unit's next statement, at the latest with its commit.

        Where a round trip is dear it costs none of its own, and what it raises comes up then.
        """
        unit = _straight(session)
        if unit is None or unit.pipe is None or unit.straight.in_nested_transaction():
            self.run(session, values)
            return
        form = self._form(unit.straight, values)
        unit.pipe.put_off(form.numbered, form.in_order(values))

    def run_many(self, session: Session, rows: Sequence[Values]) -> None:
        """Run it for each of *rows*, one at least, which all name the same values."""
        unit = _straight(session)
        if unit is None:
            session.execute(self.statement, rows)
            return
        connection = unit.straight
        form = self._form(connection, rows[0])
        with _cursor(connection, form) as cursor:
            cursor.executemany(form.sql, [form.fill(row) for row in rows])

    def _run(self, unit: UnitSession, values: Values) -> tuple[list[Any], int]:
        form, rows, kinds, met = self._fetch(unit, values)
        return form.read(rows, kinds), met

    def _fetch(
        self, unit: UnitSession, values: Values
    ) -> tuple["_Form", Sequence[Any], Sequence[object], int]:
        """Return the rows as the driver has them, the kinds of their columns, and how many."""
        connection = unit.straight
        form = self._form(connection, values)
        if unit.pipe is not None:
            try:
                rows, met, kinds = unit.pipe.ask(form.numbered, form.in_order(values))
            except connection.dialect.loaded_dbapi.Error as error:
                raise tell(connection, form.sql, error) from error
            return form, rows, kinds, met
        with _cursor(connection, form) as cursor:
            cursor.execute(form.sql, form.fill(values))
            kinds = [column[1] for column in cursor.description or ()]
            return form, cursor.fetchall() if kinds else (), kinds, cursor.rowcount

    def _form(self, connection: Connection, values: Values) -> "_Form":
        key = (connection.dialect, *values)
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = _Form(self.statement, connection.dialect, values)
        return form


class _Form:
    """The statement as one dialect takes it."""

    def __init__(self, statement: Any, dialect: Dialect, values: Values) -> None:
        compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=list(values))
        if compiled.insert_prefetch or compiled.update_prefetch or compiled.post_compile_params:
            raise TypeError(f"a hot statement leaves nothing to be filled in: {compiled.string}")
        self.sql = compiled.string
        self._dialect = dialect
        given = compiled.construct_params(values).items()
        self._constants = {name: value for name, value in given if name not in values}
        self._positional = compiled.positional
        kinds = {name: parameter.type for parameter, name in compiled.bind_names.items()}
        order = (compiled.positiontup if compiled.positional else None) or kinds
        self._writers = [(name, _writer(kinds[name], dialect)) for name in order]
        self._columns = list(statement.exported_columns)
        self._make = _make_row([column.name for column in self._columns])
        self._readers: list[Convert | None] | None = None  # the driver's types are not known yet
        self.numbered, self._numbers = _number(self.sql)

    def fill(self, values: Values) -> Any:
        """Return the parameters as the driver takes them."""
        given = {**self._constants, **values} if self._constants else values
        if self._positional:
            return [
                given[name] if write is None else write(given[name])
                for name, write in self._writers
            ]
        return {
            name: given[name] if write is None else write(given[name])
            for name, write in self._writers
        }

    def in_order(self, values: Values) -> list[Any]:
        """Return the parameters in the order of their numbers."""
        filled = self.fill(values)
        return [filled[name] for name in self._numbers]

    def read(self, rows: Sequence[Any], kinds: Sequence[object]) -> list[Any]:
        if not self._columns:
            return []
        make, readers = self._make, self._readers_for(kinds)
        return [
            make([v if read is None else read(v) for v, read in zip(row, readers, strict=True)])
            for row in rows
        ]

    def read_columns(self, rows: Sequence[Any], kinds: Sequence[object]) -> Columns:
        readers = self._readers_for(kinds) if rows else repeat(None)
        columns = name_columns([column.name for column in self._columns], rows).items()
        return {name: convert(v, read) for (name, v), read in zip(columns, readers, strict=False)}

    def _readers_for(self, kinds: Sequence[object]) -> list[Convert | None]:
        if self._readers is None:
            pairs = zip(self._columns, kinds, strict=True)
            self._readers = [reader_of(column.type, self._dialect, kind) for column, kind in pairs]
        return self._readers


def name_columns(names: Sequence[str], rows: Sequence[Any]) -> Columns:
    columns = zip(*rows, strict=True) if rows else repeat((), len(names))
    return dict(zip(names, columns, strict=True))


def convert(values: Sequence[Any], reader: Convert | None) -> Sequence[Any]:
    """Return the values of a column from the driver's."""
    if reader is None or values.count(None) == len(values):
        return values
    return list(map(reader, values))


def _number(sql: str) -> tuple[bytes, list[str]]:
    """Write `$1` for a statement's first parameter, `%(name)s`, and so on; return their names."""
    names: dict[str, str] = {}

    def replace(found: re.Match[str]) -> str:
        name = found["name"]
        return names.setdefault(name, f"${len(names) + 1}") if name else "%"

    return _PARAMETER.sub(replace, sql).encode(), list(names)


def _make_row(names: Sequence[str]) -> Convert:
    row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # mypy wants a literal list
    return cast(Convert, row._make)


def _writer(kind: Any, dialect: Dialect) -> Convert | None:
    return cast(Convert | None, kind.dialect_impl(dialect).bind_processor(dialect))


def reader_of(kind: Any, dialect: Dialect, drivers_kind: object) -> Convert | None:
    """Return what makes values of a column from the driver's, None where they are the same."""
    processor = kind.dialect_impl(dialect).result_processor(dialect, drivers_kind)
    return cast(Convert | None, processor)


def _straight(session: Session) -> UnitSession | None:
    """Return the session with the connection to run a statement on; None: SQLAlchemy is to run it,
    be it that the session is one of its own, or that somebody listens to what is run."""
    if not isinstance(session, UnitSession):
        return None
    if session.straight.dispatch.before_cursor_execute:  # tests that count, tracing
        return None
    if session.autoflush:
        session.flush()
    return session


class _cursor:  # noqa: N801  # a context manager; as a generator it would take four times as long
    """A cursor whose errors are those that SQLAlchemy would have raised."""

    def __init__(self, connection: Connection, form: _Form) -> None:
        self._connection, self._form = connection, form
        self._cursor: Any = connection.connection.cursor()

    def __enter__(self) -> Any:
        return self._cursor

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._cursor.close()
        if isinstance(error, self._connection.dialect.loaded_dbapi.Error):
            raise tell(self._connection, self._form.sql, error) from error


def tell(connection: Connection, sql: str, error: Exception) -> Exception:
    """Return what SQLAlchemy would have raised for a driver's error."""
    storage = connection.engine.get_execution_options().get(STORAGE)
    told: HeadwaterError | None = storage.explain(error) if storage else None
    dialect = connection.dialect
    base: type[Exception] = dialect.loaded_dbapi.Error
    # Without the parameters: what people sent is not for the log.
    return told or DBAPIError.instance(sql, None, error, base, dialect=dialect)
