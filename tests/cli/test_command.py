"""The `headwater` command itself: its version, and what it says to wrong arguments."""

import platform
import sqlite3
from importlib.metadata import version

import pytest

from headwater.plugins import API_VERSION


def test_version_names_what_a_bug_report_needs(process):
    shown = process("version", HEADWATER_SERVER_API_PROT="wrong").stdout

    assert shown.splitlines()[:4] == [
        f"Headwater:  {version('headwater')}",
        f"Plugin API: {API_VERSION}",
        f"Python:     {platform.python_version()}",
        f"SQLite:     {sqlite3.sqlite_version}",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["profil"], "there is no command 'profil'; did you mean 'profile'?"),
        (["xyzzy"], "there is no command 'xyzzy'; `headwater --help` lists them"),
    ],
)
def test_an_unknown_command_is_one_line(process, arguments, said):
    done = process(*arguments)

    assert (done.returncode, done.said) == (1, f"Error: {said}\n")


@pytest.mark.parametrize(
    ("arguments", "help_of"),
    [
        (["--bogus"], "headwater"),
        (["config", "sett"], "headwater config"),
        (["config", "set"], "headwater config set"),
        (["config", "view", "x"], "headwater config view"),
        (["config", "view", "--bogus"], "headwater config view"),
        (["profile", "rename", "a"], "headwater profile rename"),
        (["plugins", "inspect"], "headwater plugins inspect"),
        (["version", "--bogus"], "headwater version"),
    ],
)
def test_wrong_arguments_are_one_line_with_where_help_is(headwater, arguments, help_of):
    done = headwater(*arguments)

    assert done.returncode == 2
    assert done.said.startswith("Error: ")
    assert done.said.endswith(f" See: {help_of} --help\n")
    assert done.said.count("\n") == 1


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"HEADWATER_SERVER_API_PROT": "1"}, "did you mean HEADWATER_SERVER_API_PORT?"),
        ({"HEADWATER_SERVER_API_PORT": "99999"}, "less than or equal to 65535"),
        ({"HEADWATER_PROFILE": "gone"}, "make it: headwater profile create gone"),
    ],
)
@pytest.mark.parametrize("command", [["config", "view"], ["plugins", "list"]])
def test_a_wrong_setting_is_one_line_for_each_command(headwater, command, environment, said):
    done = headwater(*command, **environment)

    assert done.returncode == 1
    assert done.said.startswith("Error: ")
    assert done.said.endswith(f"{said}\n")
    assert done.said.count("\n") == 1


def test_the_installed_command_keeps_and_shows_settings(process):
    process("config", "set", "HEADWATER_SERVER_WORKERS=3")

    done = process("config", "view", "--show-sources")

    assert "HEADWATER_SERVER_WORKERS=3  # from profile 'default'\n" in done.stdout
    assert (done.returncode, done.stderr) == (0, "")


def test_the_installed_command_says_in_one_line_what_is_wrong(process):
    done = process("config", "sett", HEADWATER_SERVER_API_PROT="1")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_the_installed_command_shows_no_traceback_of_what_cannot_be_written(process, tmp_path):
    (tmp_path / "file").write_text("")

    done = process("profile", "create", "dev", HEADWATER_HOME=f"{tmp_path}/file/home")

    assert (done.returncode, done.said) == (
        1,
        f"Error: {tmp_path}/file/home/profiles.toml cannot be written: Not a directory\n",
    )
