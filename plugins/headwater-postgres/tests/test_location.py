"""What people write for a database, and what psycopg is then told."""

import psycopg
import pytest
from sqlalchemy import make_url

from headwater.api import ConfigError
from headwater.testing.units import engine_of, parse_url
from headwater_postgres import PostgresStorage, location


@pytest.mark.parametrize(
    ("written", "query"),
    [
        ("postgresql://u:%23%40@db/x?sslmode=require", {"sslmode": "require"}),
        ("postgres://u:%23%40@db/x", {}),
        ("postgresql+psycopg://u:%23%40@db/x", {}),
        ("postgresql+psycopg2://u:%23%40@db/x", {}),
        ("postgresql+asyncpg://u:%23%40@db/x?ssl=require", {"sslmode": "require"}),
        ("postgresql+asyncpg://u:%23%40@db/x?ssl=true", {"sslmode": "require"}),
        ("postgresql+asyncpg://u:%23%40@db/x?ssl=false", {"sslmode": "disable"}),
        ("postgresql+asyncpg://u:%23%40@db/x?gssencmode=disable", {"gssencmode": "disable"}),
        ("postgresql://u:%23%40@/x?host=/run/postgresql", {"host": "/run/postgresql"}),
        (
            "postgresql+asyncpg://u:%23%40@db/x?prepared_statement_cache_size=0",
            {"prepare_threshold": "0"},
        ),
        (
            "postgresql+asyncpg://u:%23%40@db/x?statement_cache_size=0",
            {"prepare_threshold": "0"},
        ),
        (
            "postgresql+asyncpg://u:%23%40@/x?host=a:5432&host=b:5433",
            {"host": ("a:5432", "b:5433"), "target_session_attrs": "read-write"},
        ),
        (
            "postgresql://u:%23%40@a:5432,b:5433/x",
            {"host": ("a:5432", "b:5433"), "target_session_attrs": "read-write"},
        ),
        (
            "postgresql://u:%23%40@a,b/x?target_session_attrs=any",
            {"host": ("a", "b"), "target_session_attrs": "any"},
        ),
    ],
)
def test_the_url_that_people_paste_is_understood(written, query):
    url = PostgresStorage.normalise(parse_url(written))

    assert (url.drivername, url.username, url.password) == ("postgresql+psycopg", "u", "#@")
    assert (url.database, dict(url.query)) == ("x", query)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("postgresql://u:secret@db/x?colour=red", "takes no colour"),
        ("postgresql://u:secret@db/x?prepare_threshold=often", "neither a number nor none"),
        ("postgresql://u:secret@db:port/x", "is not a URL"),
        ("u:secret@db", "is not a URL"),
    ],
)
def test_what_cannot_be_meant_is_refused_without_its_password(written, reason):
    with pytest.raises(ConfigError, match=reason) as refusal:
        PostgresStorage.normalise(parse_url(written))
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("query", "threshold"),
    [("", 5), ("?prepare_threshold=0", None), ("?prepare_threshold=1", 1),
     ("?prepare_threshold=none", None)],
)  # fmt: skip
def test_statements_are_prepared_unless_one_says_not_to(address, query, threshold):
    url = make_url(f"{address}{query.replace('?', '&')}")
    storage = PostgresStorage(PostgresStorage.normalise(url))
    with engine_of(storage) as engine, storage.reading(engine) as session:
        driver = session.connection().connection.driver_connection

        assert driver.prepare_threshold == threshold


def test_of_several_hosts_the_one_that_answers_is_used(address):
    url = parse_url(address)
    socket = url.query["host"]
    hosts = url.update_query_dict({"host": ("/nobody/here", socket)})
    storage = PostgresStorage(PostgresStorage.normalise(hosts))
    with engine_of(storage) as engine, storage.reading(engine) as session:
        assert session.connection().exec_driver_sql("SELECT 1").scalar() == 1
    assert storage.wait(["news"], 0) == ["news"]
    storage.close()


def test_what_the_url_says_goes_before_what_we_choose(address):
    url = parse_url(f"{address}&application_name=mine&options=-c%20statement_timeout%3D5s")
    storage = PostgresStorage(PostgresStorage.normalise(url))
    with engine_of(storage) as engine, storage.reading(engine) as session:
        connection = session.connection()

        assert connection.exec_driver_sql("SHOW application_name").scalar() == "mine"
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "5s"
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "30s"


def test_a_listener_is_told_the_same_as_the_engine():
    written = "postgresql://u:%25%2F%40@a:1,b:2/x?prepare_threshold=0&sslmode=require"
    arguments = location.all_arguments(PostgresStorage.normalise(parse_url(written)))

    assert (arguments["host"], arguments["port"]) == ("a,b", "1,2")
    assert (arguments["password"], arguments["sslmode"]) == ("%/@", "require")
    assert arguments["prepare_threshold"] is None
    known = {name: value for name, value in arguments.items() if name != "prepare_threshold"}
    assert psycopg.conninfo.make_conninfo(**known)
