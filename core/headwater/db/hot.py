"""Statements that are run all the time: they go past SQLAlchemy's execution.

That costs several times what SQLite does for such a statement. SQLAlchemy still writes the SQL,
once, and its types still convert what goes in and what comes out.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Connection, Dialect, ReturnsRows
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from headwater.db.session import STORAGE
from headwater.db.storage import UnitSession
from headwater.errors import HeadwaterError

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]


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
        connection = _straight(session)
        if connection is None:
            return session.execute(self.statement, values).first()
        rows = self._run(connection, values)[0]
        return rows[0] if rows else None

    def all(self, session: Session, values: Values) -> Sequence[Any]:
        connection = _straight(session)
        if connection is None:
            return session.execute(self.statement, values).all()
        return self._run(connection, values)[0]

    def run(self, session: Session, values: Values) -> int:
        """Return how many rows were added, changed or taken away."""
        connection = _straight(session)
        if connection is None:
            done: Any = session.execute(self.statement, values)
            return cast(int, done.rowcount)
        return self._run(connection, values)[1]

    def run_many(self, session: Session, rows: Sequence[Values]) -> None:
        """Run it for each of *rows*, one at least, which all name the same values."""
        connection = _straight(session)
        if connection is None:
            session.execute(self.statement, rows)
            return
        form = self._form(connection, rows[0])
        with _cursor(connection, form) as cursor:
            cursor.executemany(form.sql, [form.fill(row) for row in rows])

    def _run(self, connection: Connection, values: Values) -> tuple[list[Any], int]:
        form = self._form(connection, values)
        with _cursor(connection, form) as cursor:
            cursor.execute(form.sql, form.fill(values))
            return form.read(cursor), cursor.rowcount

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

    def read(self, cursor: Any) -> list[Any]:
        if not self._columns:
            return []
        if self._readers is None:
            kinds = [column[1] for column in cursor.description]
            pairs = zip(self._columns, kinds, strict=True)
            self._readers = [_reader(column.type, self._dialect, kind) for column, kind in pairs]
        make, readers = self._make, self._readers
        return [
            make([v if read is None else read(v) for v, read in zip(row, readers, strict=True)])
            for row in cursor.fetchall()
        ]


def _make_row(names: Sequence[str]) -> Convert:
    row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    return cast(Convert, row._make)


def _writer(kind: Any, dialect: Dialect) -> Convert | None:
    return cast(Convert | None, kind.dialect_impl(dialect).bind_processor(dialect))


def _reader(kind: Any, dialect: Dialect, drivers_kind: object) -> Convert | None:
    processor = kind.dialect_impl(dialect).result_processor(dialect, drivers_kind)
    return cast(Convert | None, processor)


def _straight(session: Session) -> Connection | None:
    """Return the connection to run a statement on; None: SQLAlchemy is to run it, be it that the
    session is one of its own, or that somebody listens to what is run."""
    if not isinstance(session, UnitSession):
        return None
    connection: Connection = session.straight
    if connection.dispatch.before_cursor_execute:  # tests that count, tracing
        return None
    if session.autoflush:
        session.flush()
    return connection


class _cursor:  # noqa: N801  # a context manager; as a generator it would take four times as long
    """A cursor whose errors are those that SQLAlchemy would have raised."""

    def __init__(self, connection: Connection, form: _Form) -> None:
        self._engine, self._form = connection.engine, form
        self._cursor: Any = connection.connection.cursor()

    def __enter__(self) -> Any:
        return self._cursor

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._cursor.close()
        base: type[Exception] = self._engine.dialect.loaded_dbapi.Error
        if not isinstance(error, base):
            return
        storage = self._engine.get_execution_options().get(STORAGE)
        told: HeadwaterError | None = storage.explain(error) if storage else None
        dialect = self._engine.dialect
        # Without the parameters: what people sent is not for the log.
        raise told or DBAPIError.instance(
            self._form.sql, None, error, base, dialect=dialect
        ) from error
