"""What the server says of itself to load balancers."""

from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient

from headwater.app import create_app
from headwater.db import migrations
from headwater.settings import Settings
from headwater.testing.storage import make_app


def test_a_server_that_works_is_healthy_and_ready(client: FlaskClient) -> None:
    assert client.get("/api/health").json is True
    ready = client.get("/api/ready")

    assert (ready.status_code, ready.json) == (200, {"message": "OK"})


def test_a_database_that_is_behind_makes_a_server_unready(
    new_database: Callable[[], str],
) -> None:
    with make_app(new_database()) as app:
        migrations.upgrade("0001")
        ready = app.test_client().get("/api/ready")
        health = app.test_client().get("/api/health")

    assert ready.status_code == 503
    assert ready.headers["Retry-After"] == "5"
    assert "headwater server database upgrade" in ready.json["message"]
    assert health.json is True


def test_a_newer_database_makes_a_server_unready(new_database: Callable[[], str]) -> None:
    with make_app(new_database()) as app:
        migrations.upgrade()
        with migrations.db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9998'")
        ready = app.test_client().get("/api/ready")

    assert ready.status_code == 503
    assert "at revision 9998, newer than" in ready.json["message"]


def test_a_database_that_is_away_makes_a_server_unready(tmp_path: Path) -> None:
    away = [
        f"sqlite:///{tmp_path}/nowhere/runs.db",
        "postgresql://user:secret@127.0.0.1:9/runs",  # the port of nobody
    ]
    for url in away:
        app = create_app(Settings.load(api_database_connection_url=url))
        ready = app.test_client().get("/api/ready")

        assert ready.status_code == 503
        assert ready.headers["Retry-After"] == "5"
        assert ready.json == {"message": "Database is not available"}
