"""What the command imports: no more than it needs, so that it works when little else does."""

import subprocess
import sys

HEAVY = {"alembic", "flask", "gunicorn", "requests", "sqlalchemy", "headwater.app"}
LOCAL = [
    ["config", "--help"],
    ["config", "set", "--help"],
    ["config", "set", "HEADWATER_SERVER_WORKERS=3"],
    ["config", "view", "--show-defaults", "--show-sources"],
    ["config", "validate"],
    ["config", "unset", "HEADWATER_SERVER_WORKERS"],
    ["profile", "--help"],
    ["profile", "create", "dev"],
    ["profile", "use", "dev"],
    ["profile", "ls"],
    ["profile", "inspect"],
    ["profile", "rename", "dev", "test"],
    ["profile", "delete", "test", "-y"],
]
SCRIPT = """
import sys
from headwater.cli import main
for command in {commands!r}:
    try:
        main(command)
    except SystemExit as end:
        assert not end.code, (command, end.code)
print({watched!r} & set(sys.modules))
"""


def imported(home, watched, *commands):
    """Run the commands in one new process; return which of *watched* they imported."""
    script = SCRIPT.format(commands=commands, watched=watched)
    shown = subprocess.run(
        [sys.executable, "-c", script],
        env={"HEADWATER_HOME": str(home)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return shown.splitlines()[-1]


def test_help_and_version_import_next_to_nothing(tmp_path):
    light = HEAVY | {"pydantic", "pluggy", "tomlkit"}

    assert imported(tmp_path, light, ["--help"], ["--version"]) == "set()"


def test_what_must_work_without_the_server_imports_nothing_of_it(tmp_path):
    new = ["plugin", "new", "channel", "gong", "--folder", str(tmp_path / "gong")]

    assert imported(tmp_path, HEAVY, ["version"], new, *LOCAL) == "set()"


def test_help_names_each_command_with_its_distribution(headwater):
    shown = headwater("--help").stdout

    for name in ("config", "plugins", "profile", "server", "version"):
        assert f"{name} " in shown
    assert "from headwater" in shown
