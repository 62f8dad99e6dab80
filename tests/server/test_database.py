"""The commands that move the database, as people and scripts call them."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from headwater.cli import main
from headwater.db import migrations

Run = Callable[..., Result]
HEAD, BEFORE = migrations.revisions()[-1], migrations.revisions()[-2]


@pytest.fixture
def url(new_database: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = new_database()
    monkeypatch.setenv("HEADWATER_HOME", str(tmp_path))
    monkeypatch.setenv("HEADWATER_API_DATABASE_CONNECTION_URL", url)
    return url


@pytest.fixture
def run(url: str) -> Run:
    """Run a database command on one database, with an empty standard input."""
    return lambda *arguments, answer="": CliRunner().invoke(
        main, ["server", "database", *arguments], input=answer
    )


def test_up_check_down_and_back(run: Run) -> None:
    assert run("check").exit_code == 1
    assert run("upgrade").stdout == f"The database is at {HEAD}.\n"
    assert run("check").stdout == "The database is up to date.\n"

    assert run("downgrade", "-y", "-r", "-1").stdout == f"The database is at {BEFORE}.\n"
    behind = run("check")

    assert behind.exit_code == 1
    assert behind.stderr == (
        "Error: the database is behind; run: headwater server database upgrade\n"
    )
    assert run("downgrade", "-y", "-r", "base").stdout == "The database is at base.\n"
    assert run("upgrade", "-r", "0001").stdout == "The database is at 0001.\n"
    assert run("reset", "-y").stdout == f"The database is at {HEAD}.\n"


def test_the_history_shows_where_the_database_is(run: Run) -> None:
    run("upgrade", "-r", "0002")

    lines = run("history").stdout.splitlines()

    assert [line[:4] for line in lines] == list(migrations.revisions())
    assert [line[:4] for line in lines if line.endswith("(the database is here)")] == ["0002"]


def test_what_destroys_asks_first(run: Run) -> None:
    run("upgrade")

    for command in ("downgrade", "reset"):
        for answer in ("", "n\n"):
            refused = run(command, answer=answer)
            assert refused.exit_code == 1
            assert "nothing was done" in refused.stderr
    assert run("check").exit_code == 0
    assert run("downgrade", answer="y\n").exit_code == 0
    assert run("check").exit_code == 1


def test_a_wrong_revision_is_one_line(run: Run) -> None:
    wrong = run("upgrade", "-r", "0815")

    assert wrong.exit_code == 1
    assert len(wrong.stderr.splitlines()) == 1
    assert "0815" in wrong.stderr


@pytest.mark.usefixtures("url")
def test_flask_has_the_same_commands_beside_flask_migrates_own(run: Run) -> None:
    by_migrate, by_us = flask("db", "upgrade"), flask("server", "database", "check")

    assert by_migrate.returncode == 0, by_migrate.stderr
    assert by_us.stdout == "The database is up to date.\n"
    assert f"{HEAD} (head)" in flask("db", "current").stdout
    run("downgrade", "-y")
    assert flask("server", "database", "check").returncode == 1


def flask(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask", "--app", "headwater.app", *arguments]
    return subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
