"""Units that meet others, and those whose server goes away."""

from contextlib import suppress

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, OperationalError

from headwater.api import UnavailableError
from headwater.testing.units import engine_of, parse_url
from headwater_postgres import TRIES, PostgresStorage

ONE = text("SELECT 1")
OWN_END = text("SELECT pg_terminate_backend(pg_backend_pid())")


def show(session, name):
    return session.execute(text(f"SHOW {name}")).scalar()


@pytest.mark.parametrize("code", ["40001", "40P01"])  # a serialization failure, a deadlock
def test_a_unit_that_loses_against_others_runs_again_and_at_last_is_given_up(storage, engine, code):
    runs = []

    def work(session, wins):
        runs.append(wins)
        if len(runs) < wins:
            session.execute(text(f"DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$"))
        return "answer"

    assert storage.write(engine, lambda session: work(session, 3)) == "answer"
    with pytest.raises(OperationalError):
        storage.write(engine, lambda session: work(session, 99))
    assert runs == [3] * 3 + [99] * TRIES


def test_a_unit_that_goes_on_after_an_error_is_refused(storage, engine):
    def work(session):
        session.execute(text("CREATE TABLE a (b int)"))
        with suppress(DataError):
            session.execute(text("SELECT 1 / 0"))
        return "answer"

    with pytest.raises(RuntimeError, match="went on after an error"):
        storage.write(engine, work)
    with storage.reading(engine) as session:
        assert session.execute(text("SELECT to_regclass('a')")).scalar() is None


def test_the_servers_defaults_are_not_ours(storage, engine, admin, name):
    admin.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
    admin.execute(f"ALTER DATABASE {name} SET timezone = 'Asia/Tokyo'")
    settings = ("transaction_isolation", "timezone")

    def read(session):
        return [show(session, setting) for setting in settings]

    assert storage.write(engine, read) == ["read committed", "UTC"]
    with storage.reading(engine) as session:
        assert read(session) == ["read committed", "UTC"]


def test_a_reading_opens_no_transaction(storage, engine):
    for _ in range(2):
        with storage.reading(engine) as session:
            session.execute(ONE)
            driver = session.connection().connection.driver_connection
            assert driver.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    # What writes next on that connection has a transaction again.
    with pytest.raises(ZeroDivisionError):
        storage.write(engine, lambda s: s.execute(text("CREATE TABLE a (b int)")) and 1 / 0)
    with storage.reading(engine) as session:
        assert session.execute(text("SELECT to_regclass('a')")).scalar() is None


def test_after_a_restart_of_the_server_nobody_notices(storage, engine, end_all):
    with storage.reading(engine) as first, storage.reading(engine) as second:
        assert first.execute(ONE).scalar() == second.execute(ONE).scalar() == 1
    end_all()
    assert storage.write(engine, lambda session: session.execute(ONE).scalar()) == 1
    end_all()
    with storage.reading(engine) as session:
        assert session.execute(ONE).scalar() == 1


def test_a_unit_whose_connection_is_lost_runs_again(storage, engine):
    runs = []

    def work(session):
        runs.append(1)
        return session.execute(OWN_END if len(runs) == 1 else ONE).scalar()

    assert storage.write(engine, work) == 1
    assert len(runs) == 2


def test_a_unit_that_always_loses_its_connection_is_given_up(storage, engine):
    runs = []
    with pytest.raises(UnavailableError):
        storage.write(engine, lambda session: runs.append(1) or session.execute(OWN_END))
    assert len(runs) == 2


def test_a_connection_lost_at_the_commit_is_not_made_good(storage, engine, end_all):
    runs = []

    def work(session):
        runs.append(session.execute(ONE).scalar())
        end_all()

    with pytest.raises(UnavailableError, match="whether it was stored is not known"):
        storage.write(engine, work)
    assert runs == [1]


def test_a_server_that_is_away_is_said_so_until_it_is_back(storage, engine, admin, name, end_all):
    admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    end_all()
    with pytest.raises(UnavailableError, match="cannot be reached"):
        storage.write(engine, lambda session: session.execute(ONE))
    with pytest.raises(UnavailableError, match="cannot be reached"), storage.reading(engine):
        pass
    assert storage.wait(["news"], 0.01) == ["news"]  # as it cannot know

    admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert storage.write(engine, lambda session: session.execute(ONE).scalar()) == 1
    with storage.reading(engine) as session:
        assert session.execute(ONE).scalar() == 1


def test_a_server_that_is_not_there_is_said_so_without_the_password():
    url = parse_url("postgresql://u:s3cret@127.0.0.1:4349/x")
    storage = PostgresStorage(PostgresStorage.normalise(url))
    with engine_of(storage) as engine:
        with pytest.raises(UnavailableError, match="refused") as away:
            storage.write(engine, lambda session: session.execute(ONE))
        assert "s3cret" not in str(away.value)


def test_what_takes_too_long_is_given_up(storage, engine):
    with pytest.raises(UnavailableError, match="did not finish in time"):
        storage.write(
            engine,
            lambda session: (
                session.execute(text("SET LOCAL statement_timeout = 50")),
                session.execute(text("SELECT pg_sleep(10)")),
            ),
        )
    with storage.reading(engine) as session:
        assert show(session, "statement_timeout") == "1min"
        assert show(session, "idle_in_transaction_session_timeout") == "1min"


def test_a_lock_that_another_keeps_is_given_up(storage, engine, address):
    with psycopg.connect(address) as other:
        other.execute("CREATE TABLE a (b int)")
        other.commit()
        other.execute("LOCK TABLE a")

        with pytest.raises(UnavailableError, match="did not finish in time"):
            storage.write(
                engine,
                lambda session: (
                    session.execute(text("SET LOCAL lock_timeout = 50")),
                    session.execute(text("SELECT * FROM a")),
                ),
            )
