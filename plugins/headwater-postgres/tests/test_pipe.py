"""What is put off, and what is asked in one round trip with it."""

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from headwater.api import UnavailableError
from headwater.testing.units import engine_of, parse_url
from headwater_postgres import TRIES, PostgresStorage

ADD, COUNT = b"INSERT INTO a VALUES ($1)", b"SELECT count(*) FROM a"
LOSE = b"DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$"


@pytest.fixture(autouse=True)
def _table(admin, address):
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE a (b int PRIMARY KEY)")


def kept(storage, engine):
    with storage.reading(engine) as session:
        return session.pipe.ask(b"SELECT b FROM a ORDER BY b", [])[0]


def test_rows_come_with_how_many_were_met_and_their_types(storage, engine):
    with storage.reading(engine) as session:
        assert session.pipe.ask(b"SELECT 1, $1::text WHERE $2", ["x", True]) == (
            [(1, "x")],
            1,
            [23, 25],
        )
        assert session.pipe.ask(b"INSERT INTO a VALUES (1), (2)", []) == ([], 2, [])


def test_the_next_statement_sees_what_was_put_off_before_it(storage, engine):
    def work(session):
        session.pipe.put_off(ADD, [1])
        asked = session.pipe.ask(COUNT, [])[0][0][0]
        session.pipe.put_off(ADD, [2])
        return asked, session.execute(text("SELECT count(*) FROM a")).scalar()

    assert storage.write(engine, work) == (1, 2)
    assert kept(storage, engine) == [(1,), (2,)]


def test_a_savepoint_begins_after_what_was_put_off_before_it(storage, engine):
    def work(session):
        session.pipe.put_off(ADD, [1])
        nested = session.begin_nested()
        session.pipe.ask(ADD, [2])
        nested.rollback()

    storage.write(engine, work)
    assert kept(storage, engine) == [(1,)]


def test_a_unit_that_only_puts_off_is_kept_whole_or_not_at_all(storage, engine):
    def work(session, *values):
        for value in values:
            session.pipe.put_off(ADD, [value])

    storage.write(engine, lambda session: work(session, 1, 2))
    with pytest.raises(IntegrityError) as raised:
        storage.write(engine, lambda session: work(session, 3, 1, 4))
    assert raised.value.params is None
    with pytest.raises(IntegrityError):
        storage.write(engine, lambda session: (session.pipe.ask(COUNT, []), work(session, 3, 1)))
    assert kept(storage, engine) == [(1,), (2,)]


def test_a_unit_that_raises_forgets_what_it_put_off(storage, engine):
    with pytest.raises(ZeroDivisionError):
        storage.write(engine, lambda session: (session.pipe.put_off(ADD, [1]), 1 / 0))
    storage.write(engine, lambda session: session.pipe.put_off(ADD, [2]))
    assert kept(storage, engine) == [(2,)]


def test_a_unit_that_loses_at_its_commit_runs_again(storage, engine):
    runs = []

    def work(session, wins):
        runs.append(wins)
        session.pipe.put_off(ADD, [wins])
        if len(runs) < wins:
            session.pipe.put_off(LOSE, [])

    storage.write(engine, lambda session: work(session, 3))
    with pytest.raises(OperationalError):
        storage.write(engine, lambda session: work(session, 99))
    assert runs == [3] * 3 + [99] * TRIES
    assert kept(storage, engine) == [(3,)]


def test_a_unit_that_finds_a_standby_at_its_commit_runs_again_elsewhere(storage, engine):
    runs = []

    def work(session):
        runs.append(1)
        if len(runs) == 1:
            session.execute(text("SET TRANSACTION READ ONLY"))
        session.pipe.put_off(ADD, [1])

    storage.write(engine, work)
    assert len(runs) == 2


def test_a_connection_lost_while_all_is_sent_is_not_made_good(storage, engine):
    runs = []

    def work(session):
        runs.append(1)
        session.pipe.put_off(b"SELECT pg_terminate_backend(pg_backend_pid())", [])

    with pytest.raises(UnavailableError, match="whether it was stored is not known"):
        storage.write(engine, work)
    assert runs == [1]


def test_what_is_prepared_is_prepared_anew_once_psycopg_dropped_it(storage, engine):
    plain = text("SELECT 1")

    def work(session):
        session.pipe.ask(COUNT, [])
        for _ in range(9):  # psycopg prepares it, and drops all when it rolls back
            session.execute(plain)
        raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            storage.write(engine, work)
    assert kept(storage, engine) == []


def test_what_failed_to_be_prepared_is_prepared_another_time(storage, engine, address):
    def ask(session):
        session.pipe.put_off(ADD, [1])
        return session.pipe.ask(b"SELECT c FROM later", [])

    with pytest.raises(psycopg.errors.UndefinedTable):
        storage.write(engine, ask)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE later (c int)")
    assert storage.write(engine, ask) == ([], 0, [23])


def test_nothing_is_prepared_where_nothing_may_be(address):
    url = parse_url(f"{address}{'&' if '?' in address else '?'}prepare_threshold=0")
    storage = PostgresStorage(PostgresStorage.normalise(url))
    with engine_of(storage) as engine:
        storage.write(engine, lambda session: session.pipe.put_off(ADD, [1]))
        assert kept(storage, engine) == [(1,)]
        with storage.reading(engine) as session:
            prepared = session.execute(text("SELECT count(*) FROM pg_prepared_statements"))
            assert prepared.scalar() == 0


def test_text_that_postgresql_cannot_keep_is_refused(storage, engine):
    with storage.reading(engine) as session, pytest.raises(psycopg.DataError):
        session.pipe.ask(b"SELECT $1::text", ["a\0b"])
