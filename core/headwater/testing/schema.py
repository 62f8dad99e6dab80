"""The contract of storage backends, its part on tables: how they are looked at and changed."""

from threading import Event, Thread

import pytest
from sqlalchemy import Connection, inspect, text

from headwater.db.base import db
from headwater.db.session import storage_of

MAKE = text("CREATE TABLE half (id INTEGER PRIMARY KEY)")


class SchemaContract:
    """A part of StorageContract: within an app on an up-to-date database."""

    def test_a_look_sees_the_tables_that_are_there(self) -> None:
        with storage_of(db.engine).look(db.engine) as connection:
            assert connection is not None
            assert inspect(connection).has_table("flow")

    def test_a_migration_that_fails_undoes_its_changes_of_tables(self) -> None:
        with storage_of(db.engine).migrating(db.engine) as connection:
            with pytest.raises(ZeroDivisionError):
                _fail_halfway(connection)
            with connection.begin():
                assert not inspect(connection).has_table("half")

    def test_one_that_migrates_waits_for_another(self) -> None:
        engine, begun = db.engine, Event()

        def migrate() -> None:
            with storage_of(engine).migrating(engine):
                begun.set()

        with storage_of(engine).migrating(engine):
            other = Thread(target=migrate)
            other.start()
            assert not begun.wait(0.3)
        assert begun.wait(10)
        other.join()


def _fail_halfway(connection: Connection) -> None:
    with connection.begin():
        connection.execute(MAKE)
        connection.execute(text("INSERT INTO half VALUES (1)"))
        raise ZeroDivisionError
