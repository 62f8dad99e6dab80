"""What psycopg's connections are told at first, whether they still live, what their errors mean."""

from select import POLLIN, poll
from typing import Any

from sqlalchemy import URL
from sqlalchemy.exc import DisconnectionError

from headwater.api import UnavailableError

# Whatever the server's defaults are. An administrator may set the times in the URL's `options`.
_FORCED = {"default_transaction_isolation": "read committed", "timezone": "UTC"}
_TIMES = {
    "statement_timeout": "60s",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
}
# Of errors that tell of the server: its connections, its resources, its operator.
_CLASSES = {"08", "53", "57", "58"}
_LATE = {"57014", "55P03"}  # query cancelled, lock not available
# Shut down by an administrator or a crash, read-only transaction, idle for too long in one.
_LOST = {"57P01", "57P02", "25006", "25P03"}
# Of these, what a server says instead of keeping anything.
_UNDONE = {"25006", "25P03"}


class LostError(UnavailableError):
    """The connection ended, or its server is not the primary any more; another may do."""

    undone = False  # for sure, even if it came up at the commit


def explain(error: BaseException) -> UnavailableError | None:
    """Return the error in people's words, if it tells of the server and not of a statement."""
    import psycopg

    if not isinstance(error, psycopg.Error):
        return None
    if error.sqlstate in _LATE:
        return UnavailableError(f"PostgreSQL did not finish in time: {_in_one_line(error)}")
    lost = error.sqlstate is None and isinstance(error, psycopg.OperationalError)
    if lost or error.sqlstate in _LOST:
        told = LostError(f"PostgreSQL cannot be reached: {_in_one_line(error)}")
        told.undone = error.sqlstate in _UNDONE
        return told
    if isinstance(error, psycopg.InterfaceError):  # closed before it was used
        return LostError(f"PostgreSQL cannot be reached: {_in_one_line(error)}")
    if (error.sqlstate or "")[:2] in _CLASSES:
        return UnavailableError(f"PostgreSQL cannot do its work: {_in_one_line(error)}")
    return None


def set_up(connection: Any, url: URL) -> None:
    options = str(url.query.get("options", ""))
    times = {name: value for name, value in _TIMES.items() if name not in options}
    in_autocommit(
        connection, "; ".join(f"SET {name} = '{v}'" for name, v in {**_FORCED, **times}.items())
    )


def refuse_dead(connection: Any, *_: object) -> None:
    """Raise DisconnectionError for a connection from the pool which the server has ended.

    An idle one has nothing to say: only then, and so almost never, is the server asked.
    """
    import psycopg

    waiting = poll()
    waiting.register(connection.fileno(), POLLIN)
    if not waiting.poll(0):
        return
    try:
        in_autocommit(connection, "")
    except psycopg.Error as error:
        raise DisconnectionError from error


def in_autocommit(connection: Any, statement: str) -> None:
    before = connection.autocommit
    connection.autocommit = True
    connection.execute(statement)
    connection.autocommit = before


def _in_one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
