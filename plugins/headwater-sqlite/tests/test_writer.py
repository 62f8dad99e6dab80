"""How writers take turns; what every storage backend does is in headwater.testing.storage."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import make_url, text

from headwater.api import UnavailableError
from headwater.testing.units import engine_of
from headwater_sqlite import SqliteStorage
from tests.waiting import wait_until

INSERT = text("INSERT INTO kept VALUES (:name)")


class Impatient(SqliteStorage):
    patience = 0.1


@pytest.fixture
def database(tmp_path):
    connection = sqlite3.connect(tmp_path / "a.db", check_same_thread=False, isolation_level=None)
    connection.executescript("PRAGMA journal_mode = WAL; CREATE TABLE kept (name TEXT)")
    yield connection
    connection.close()


@pytest.fixture
def storage(database, tmp_path):
    return Impatient(make_url(f"sqlite:///{tmp_path}/a.db"))


@pytest.fixture
def keep(storage):
    """What keeps a name, in a unit that does something else, too."""
    with engine_of(storage) as engine:

        def write(name, also=lambda session: None):
            storage.write(
                engine, lambda session: (session.execute(INSERT, {"name": name}), also(session))
            )

        yield write


def kept(database):
    return "".join(name for (name,) in database.execute("SELECT name FROM kept ORDER BY rowid"))


def run_sql(statement):
    return lambda session: session.connection().exec_driver_sql(statement)


@pytest.fixture
def wait_for_queue(storage):
    """What waits until so many units stand in the queue, behind the one that runs."""
    return lambda number: wait_until(lambda: len(storage._writer._waiting) >= number)


@pytest.fixture
def join(keep, wait_for_queue):
    """What lets units queue up behind the one of "a", in their order, and tells how each ended."""

    def write(units, first=lambda session: None):
        tasks = []

        def let_others_come(session):
            for unit in units.items():
                tasks.append(pool.submit(keep, *unit))
                wait_for_queue(len(tasks))
            first(session)

        with ThreadPoolExecutor() as pool:
            own = pool.submit(keep, "a", let_others_come)
            own.exception()
        return [type(task.exception()) for task in (own, *tasks)]

    return write


def test_those_that_wait_are_served_in_turn_by_one_commit(join, database):
    seen = []
    ends = join({"b": lambda _: seen.append(kept(database)), "c": lambda _: 1 / 0, "d": print})

    assert ends == [type(None), type(None), ZeroDivisionError, type(None)]
    assert (seen, kept(database)) == ([""], "abd")


def test_the_first_of_a_commit_may_fail_alone(join, database):
    ends = join({"b": print, "c": print}, first=lambda _: 1 / 0)

    assert ends == [ZeroDivisionError, type(None), type(None)]
    assert kept(database) == "bc"


def test_a_unit_on_its_own_costs_no_savepoint(keep):
    said = []

    def listen(session):
        driver = session.connection().connection.driver_connection
        driver.set_trace_callback(said.append)

    keep("a", listen)
    said.clear()
    keep("b")

    assert said == ["BEGIN IMMEDIATE", "INSERT INTO kept VALUES ('b')", "COMMIT"]


def test_when_the_transaction_is_undone_nobody_is_told_otherwise(join, keep, database):
    assert join({"b": run_sql("ROLLBACK"), "c": print}) == [RuntimeError, RuntimeError, type(None)]
    with pytest.raises(RuntimeError):
        keep("d", run_sql("ROLLBACK"))
    keep("e")

    assert kept(database) == "ce"


def test_when_the_process_is_told_to_stop_the_others_hear_of_it(keep, database, wait_for_queue):
    def stop(_):
        tasks.append(pool.submit(keep, "b"))
        wait_for_queue(1)
        raise KeyboardInterrupt

    tasks = []
    with ThreadPoolExecutor() as pool:
        with pytest.raises(KeyboardInterrupt):
            keep("a", stop)
        assert tasks[0].exception() is None  # its turn came next
    keep("c")

    assert kept(database) == "bc"


def test_a_lock_of_another_program_fails_those_that_wait_and_not_the_next(keep, database):
    database.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor() as pool:
        tasks = [pool.submit(keep, name) for name in "abc"]
    database.execute("ROLLBACK")
    keep("d")

    assert {type(task.exception()) for task in tasks} == {UnavailableError}
    assert "another program" in str(tasks[0].exception())
    assert kept(database) == "d"


def test_a_lock_of_another_program_is_waited_for(keep, database, monkeypatch):
    monkeypatch.setattr(Impatient, "patience", 60)
    database.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor() as pool:
        task = pool.submit(keep, "a")
        with pytest.raises(TimeoutError):
            task.result(0.3)
        database.execute("ROLLBACK")

    assert kept(database) == "a"


def test_a_full_disk_is_said_so_and_harms_no_later_unit(keep, database):
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    keep("a", run_sql(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(UnavailableError, match="the disk of the SQLite database is full"):
        keep("b" * 100_000)
    keep("c", run_sql("PRAGMA max_page_count = 1000000"))

    assert kept(database) == "ac"
