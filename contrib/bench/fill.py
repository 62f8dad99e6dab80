"""Fills a database with many runs, by SQL, from a few that came over the API.

MANY are the runs of a year, fewer are the last of those, as many a day.

Each run and its states are copied with new ids and earlier times. The columns are those that the
tables have, so that it works with both servers' schemas, of whatever version. What the servers
write of a run elsewhere (events, and what names the run inside of JSON) is not copied.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from contrib.bench.databases import Place
from contrib.bench.workloads import MANY

STEP = 365 * 86_400 / MANY  # seconds from one run to the next
TABLES = {"flow_run": "id", "flow_run_state": "flow_run_id"}  # and the column of the run
IDS = {"id", "flow_run_id", "state_id"}
TIMES = {"created", "updated", "timestamp", "expected_start_time", "start_time", "end_time"}
TIMES |= {"state_timestamp"}
SPREAD = 2654435761  # odd: times it, modulo 2^32, no two numbers are the same

_POSTGRES_FUNCTIONS = """
CREATE FUNCTION moved_time(value timestamptz, step float, copy bigint) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$ SELECT value - make_interval(secs => step * copy) $$;
CREATE FUNCTION moved_id(value uuid, now float, step float, copy bigint) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
    SELECT (CASE substr(value::text, 15, 1)
        WHEN '7' THEN lpad(to_hex(((now - step * copy) * 1000)::bigint), 12, '0')
        ELSE lpad(to_hex((copy * 2654435761) & 4294967295), 8, '0') || substr(value::text, 10, 4)
    END || substr(replace(value::text, '-', ''), 13))::uuid
$$;
"""


def fill(place: Place, runs: int) -> int:
    """Copy what runs there are until there are that many; return how many there are."""
    if place.scheme == "sqlite":
        return _fill_sqlite(place, runs)
    return _fill_postgres(place, runs)


def moved_id(value: str | None, now: float, step: float, copy: int) -> str | None:
    """Return the id of a copy: of version 7 one of its own time, else one as random as before."""
    if value is None:
        return None
    digits = value.replace("-", "")
    if digits[12] == "7":
        start = f"{int((now - step * copy) * 1000):012x}"
    else:
        start = f"{(copy * SPREAD) & 0xFFFFFFFF:08x}{digits[8:12]}"
    moved = start + digits[12:]
    if "-" not in value:
        return moved
    return "-".join((moved[:8], moved[8:12], moved[12:16], moved[16:20], moved[20:]))


def moved_time(value: str | None, step: float, copy: int) -> str | None:
    """Return a time as SQLAlchemy keeps it in SQLite, a number of steps earlier."""
    if value is None:
        return None
    moved = datetime.fromisoformat(value) - timedelta(seconds=step * copy)
    return moved.isoformat(sep=" ", timespec="microseconds")


def _fill_sqlite(place: Place, runs: int) -> int:
    with closing(sqlite3.connect(place.path)) as connection:
        connection.create_function("moved_id", 4, moved_id, deterministic=True)
        connection.create_function("moved_time", 3, moved_time, deterministic=True)
        columns = {
            table: [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            for table in TABLES
        }
        count = _copy(connection, columns, runs)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return count


# Those that a server has of its own, not those of foreign keys.
_KEEP_TRIGGERS = """
DO $$ DECLARE own record; BEGIN
  FOR own IN SELECT tgrelid::regclass AS kept, tgname FROM pg_trigger WHERE NOT tgisinternal LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', own.kept, own.tgname);
  END LOOP;
END $$
"""


def _fill_postgres(place: Place, runs: int) -> int:
    with psycopg.connect(place.url(), autocommit=True) as connection:
        connection.execute(_POSTGRES_FUNCTIONS)
        # A run and its state point at each other, so that neither could be the first.
        connection.execute("SET session_replication_role = replica")
        connection.execute(_KEEP_TRIGGERS)
        columns = {table: _columns_of(connection, table) for table in TABLES}
        with connection.transaction():
            count = _copy(connection, columns, runs)
        connection.execute("DROP FUNCTION moved_id; DROP FUNCTION moved_time")
        connection.execute("VACUUM ANALYZE")  # what its autovacuum does within minutes
        return count


def _columns_of(connection: psycopg.Connection, table: str) -> list[str]:
    found = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass "
        "AND attnum > 0 AND NOT attisdropped",
        [table],
    )
    return [str(name) for (name,) in found]


def _copy(connection: Any, columns: dict[str, list[str]], runs: int) -> int:
    seeds = connection.execute("SELECT count(*) FROM flow_run").fetchone()[0]
    connection.execute(
        "CREATE TEMP TABLE bench_seed AS "
        "SELECT id, row_number() OVER (ORDER BY created, id) - 1 AS number FROM flow_run"
    )
    connection.execute(
        "CREATE TEMP TABLE bench_copy AS WITH RECURSIVE lap(first) AS (VALUES (CAST("
        f"{seeds} AS BIGINT)) UNION ALL SELECT first + {seeds} FROM lap WHERE first < {runs}) "
        "SELECT first FROM lap"
    )
    now = datetime.now(UTC).timestamp()
    for table, run_id in TABLES.items():
        values = [_moved(name, now) for name in columns[table]]
        connection.execute(
            f"INSERT INTO {table} ({', '.join(map(_quoted, columns[table]))}) "
            f"SELECT {', '.join(values)} FROM {table} AS kept "
            f"JOIN bench_seed AS seed ON seed.id = kept.{run_id} CROSS JOIN bench_copy "
            f"WHERE first + seed.number < {runs}"
        )
    count: int = connection.execute("SELECT count(*) FROM flow_run").fetchone()[0]
    return count


def _moved(column: str, now: float) -> str:
    if column in IDS:
        return f"moved_id(kept.{column}, {now!r}, {STEP!r}, first + seed.number)"
    if column in TIMES:
        return f"moved_time(kept.{_quoted(column)}, {STEP!r}, first + seed.number)"
    return f"kept.{_quoted(column)}"


def _quoted(name: str) -> str:
    return f'"{name}"'
