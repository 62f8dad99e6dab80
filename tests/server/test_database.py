"""The commands that move the database, as people and scripts call them."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from headwater.db import migrations

HEADWATER = ["-m", "headwater", "server", "database"]
FLASK = ["-m", "flask", "--app", "headwater.app", "server", "database"]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(new_database: Callable[[], str], tmp_path: Path) -> Run:
    """Run a database command on one database, with an empty standard input."""
    environment = {
        "PATH": os.environ["PATH"],
        "HEADWATER_HOME": str(tmp_path),
        "HEADWATER_API_DATABASE_CONNECTION_URL": new_database(),
    }

    def call(*arguments: str, by: list[str] = HEADWATER, answer: str = "") -> object:
        return subprocess.run(
            [sys.executable, *by, *arguments],
            env=environment,
            input=answer,
            capture_output=True,
            text=True,
            check=False,
        )

    return call  # type: ignore[return-value]


@pytest.mark.parametrize("by", [HEADWATER, FLASK])
def test_up_check_down_and_back(run: Run, by: list[str]) -> None:
    head, before = migrations.revisions()[-1], migrations.revisions()[-2]
    assert run("check", by=by).returncode == 1
    assert run("upgrade", by=by).stdout == f"The database is at {head}.\n"
    assert run("check", by=by).stdout == "The database is up to date.\n"

    assert run("downgrade", "-y", "-r", "-1", by=by).stdout == f"The database is at {before}.\n"
    behind = run("check", by=by)

    assert behind.returncode == 1
    assert behind.stderr == (
        "Error: the database is behind; run: headwater server database upgrade\n"
    )
    assert f"{before}  " in run("history", by=by).stdout
    lines = run("history", by=by).stdout.splitlines()
    assert [line for line in lines if line.endswith("(the database is here)")] == [lines[-2]]
    assert run("downgrade", "-y", "-r", "base", by=by).stdout == "The database is at base.\n"
    assert run("upgrade", "-r", "0001", by=by).stdout == "The database is at 0001.\n"
    assert run("reset", "-y", by=by).stdout == f"The database is at {head}.\n"


def test_what_destroys_asks_first(run: Run) -> None:
    run("upgrade")

    for command in ("downgrade", "reset"):
        for answer in ("", "n\n"):
            refused = run(command, answer=answer)
            assert refused.returncode == 1
            assert "nothing was done" in refused.stderr
    assert run("check").returncode == 0
    assert run("downgrade", answer="y\n").returncode == 0
    assert run("check").returncode == 1


def test_a_wrong_revision_is_one_line(run: Run) -> None:
    wrong = run("upgrade", "-r", "0815")

    assert wrong.returncode == 1
    assert len(wrong.stderr.splitlines()) == 1
    assert "0815" in wrong.stderr


def test_flask_migrates_own_commands_work(run: Run) -> None:
    by = ["-m", "flask", "--app", "headwater.app", "db"]

    assert run("upgrade", by=by).returncode == 0
    assert run("current", by=by).stdout.strip() == f"{migrations.revisions()[-1]} (head)"
    assert run("check").returncode == 0
