"""A connection that sends several statements in one round trip, and prepares each but once.

psycopg's own pipelines write each statement to the network by itself, and wait after a BEGIN.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg import errors, generators, pq
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer

MOST_PREPARED = 300
TUPLES, FAILED = pq.ExecStatus.TUPLES_OK, pq.ExecStatus.FATAL_ERROR


class Sent(NamedTuple):
    """A statement with its values as text for `$1` and so on."""

    sql: bytes
    values: Sequence[Any] | None = None


BEGIN, COMMIT = Sent(b"BEGIN"), Sent(b"COMMIT")


class PipedConnection(psycopg.Connection[Any]):
    """What is put off goes along with the next statement, whoever asks that, or with the commit."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.reads = False  # each statement is a transaction of its own
        self._waiting: list[Sent] = []
        self._names: dict[bytes, bytes] = {}  # of statements that are prepared
        self._named = 0
        self._own_transformer: Any = None

    def begin(self) -> None:
        """Begin a transaction when a statement wants one."""
        self._waiting.append(BEGIN)

    @property
    def has_failed(self) -> bool:
        """Whether a statement failed in the transaction, which will so keep nothing."""
        return self.pgconn.transaction_status == pq.TransactionStatus.INERROR

    def put_off(self, sql: bytes, values: Sequence[Any]) -> None:
        self._waiting.append(Sent(sql, self._dump(values)))

    def ask(self, sql: bytes, values: Sequence[Any]) -> tuple[list[Any], int, list[int]]:
        """Return the rows, how many were met, and the types of the columns."""
        sent = [*self._waiting, Sent(sql, self._dump(values))]
        self._waiting = []
        result = self._exchange(sent)
        met = result.command_tuples
        if result.status != TUPLES:
            return [], -1 if met is None else met, []
        self._transformer.set_pgresult(result)
        rows = self._transformer.load_rows(0, result.ntuples, tuple)
        return rows, result.ntuples, [result.ftype(place) for place in range(result.nfields)]

    def cursor(self, *arguments: Any, **options: Any) -> Any:
        """Give a cursor as psycopg does. All but `ask` goes through one."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self._exchange(waiting)
        if self.reads and not self.autocommit:
            self.autocommit = True
        return super().cursor(*arguments, **options)

    def commit(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            super().commit()
        elif waiting[0] is BEGIN:
            if len(waiting) > 1:
                self._exchange(waiting[1:])  # what is sent together is a transaction by itself
        else:
            self._finish([*waiting, COMMIT])

    def rollback(self) -> None:
        self._waiting = []
        super().rollback()

    def _finish(self, waiting: Sequence[Sent]) -> None:
        try:
            self._exchange(waiting)
        except psycopg.Error:
            if not self.closed:
                self.rollback()  # as after any commit, no transaction is left
            raise

    @property
    def _transformer(self) -> Any:
        # Late, since the connection is told of its types after it was made.
        if self._own_transformer is None:
            self._own_transformer = Transformer(self)
        return self._own_transformer

    def _dump(self, values: Sequence[Any]) -> list[Any]:
        dumper = self._transformer.get_dumper
        return [
            None if value is None else dumper(value, PyFormat.TEXT).dump(value) for value in values
        ]

    def _exchange(self, sent: Sequence[Sent]) -> pq.abc.PGresult:
        """Send statements and return the last one's result, or raise what the first error says."""
        if self.closed:
            raise errors.OperationalError("the connection is closed")
        with self.lock:
            self.pgconn.enter_pipeline_mode()
            try:
                new = [name for each in sent for name in self._send(each)]
                self.pgconn.pipeline_sync()
                results = self.wait(_collect(self.pgconn, len(new)))
            finally:
                self._leave_pipeline()
        for place, result in enumerate(results):
            if result.status == FAILED:
                for sql in new[place:]:
                    self._names.pop(sql, None)  # type: ignore[arg-type]  # None is no key
                raise errors.error_from_result(result, encoding=self.info.encoding)
        return results[-1]

    def _send(self, sent: Sent) -> list[bytes | None]:
        """Return, for each result that is to come, the statement if it is one of preparing it."""
        if sent.values is None or self.prepare_threshold is None:
            self.pgconn.send_query_params(sent.sql, sent.values)
            return [None]
        name = self._names.get(sent.sql)
        if name is not None:
            self.pgconn.send_query_prepared(name, sent.values)
            return [None]
        if len(self._names) >= MOST_PREPARED:
            self.pgconn.send_query_params(sent.sql, sent.values)
            return [None]
        self._named += 1
        name = self._names[sent.sql] = b"headwater_%d" % self._named
        self.pgconn.send_prepare(name, sent.sql)
        self.pgconn.send_query_prepared(name, sent.values)
        return [sent.sql, None]

    def _leave_pipeline(self) -> None:
        try:
            self.pgconn.exit_pipeline_mode()
        except psycopg.Error:  # it is lost, or something broke off in the middle
            self.close()

    def _deallocate(self, name: bytes | None) -> PQGen[None]:
        # psycopg's own; with None, after rollbacks, it lets go of all that is prepared.
        if name is None:
            self._names.clear()
        return super()._deallocate(name)


def _collect(connection: pq.abc.PGconn, most: int) -> PQGen[list[pq.abc.PGresult]]:
    """Return a result for each command, up to an error with which the connection ends."""
    yield from generators.send(connection)
    results: list[pq.abc.PGresult] = []
    try:
        for _ in range(most):
            results += yield from generators.fetch_many(connection)
        yield from generators.fetch_many(connection)  # that of the sync
    except psycopg.OperationalError:
        if not any(result.status == FAILED for result in results):
            raise
    return results
