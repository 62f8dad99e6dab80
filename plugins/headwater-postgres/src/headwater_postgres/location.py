"""Where the database is, as people write it: with the words of other drivers, libpq's, ours."""

from typing import Any

from sqlalchemy import URL
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from headwater.api import ConfigError

PREPARE = "prepare_threshold"
# Other drivers' words for how many prepared statements to keep. PgBouncer's users write 0.
_CACHES = {"prepared_statement_cache_size", "statement_cache_size"}
_DEFAULTS: dict[str, Any] = {
    "application_name": "headwater",
    "client_encoding": "utf8",
    "connect_timeout": 10,  # seconds
    # A server that is gone without a word is found out within a minute, not within hours.
    "keepalives_idle": 30,  # seconds
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30000,  # milliseconds
}


def normalise(url: URL) -> URL:
    """Return *url* for psycopg; raise ConfigError for parameters that nobody knows."""
    query = dict(url.query)
    ssl = query.pop("ssl", None)  # asyncpg's word
    if ssl is not None:
        query.setdefault("sslmode", {"true": "require", "false": "disable"}.get(str(ssl), ssl))
    for name in _CACHES & set(query):
        if query.pop(name) == "0":
            query.setdefault(PREPARE, "0")
    if len(hosts := _as_list(query.get("host"))) > 1 or "," in "".join(hosts):
        query.setdefault("target_session_attrs", "read-write")  # not a standby
    threshold(url.set(query=query))
    _check_names({name: value for name, value in query.items() if name != PREPARE})
    return url.set(drivername="postgresql+psycopg", query=query)


def threshold(url: URL) -> int | None:
    """Return after how many executions a statement is prepared; None: never, as PgBouncer may
    need it."""
    value = str(url.query.get(PREPARE, 5)).lower()
    if value in ("0", "none"):
        return None
    if not value.isdecimal():
        raise ConfigError(f"{PREPARE} of the database URL is neither a number nor none")
    return int(value)


def connect_arguments(url: URL) -> dict[str, Any]:
    """Return psycopg's arguments beside those in the URL."""
    defaults = {name: value for name, value in _DEFAULTS.items() if name not in url.query}
    return {**defaults, PREPARE: threshold(url)}


def all_arguments(url: URL) -> dict[str, Any]:
    """Return psycopg's arguments, for a connection that is not the engine's."""
    dialect: Any = PGDialect_psycopg  # it has no types
    _, arguments = dialect().create_connect_args(url)
    return {**arguments, **connect_arguments(url)}


def _check_names(query: dict[str, Any]) -> None:
    from psycopg import ProgrammingError
    from psycopg.conninfo import make_conninfo

    for name in query:
        try:
            make_conninfo("", **{name: ""})
        except ProgrammingError:
            raise ConfigError(f"the URL of a PostgreSQL database takes no {name}") from None


def _as_list(value: str | tuple[str, ...] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
