"""`headwater plugin new`: what it writes is a whole package, and what it refuses leaves nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from headwater.cli.skeletons import KINDS, LONGEST_NAME

NAME = "fog-horn"
RUFF = Path(sys.executable).with_name("ruff")
RULES = "A,B,E,F,I,N,PT,RET,RUF,SIM,UP,W"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The current folder, which is empty."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def files_of(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_package_is_whole(headwater, here, kind):
    done = headwater("plugin", "new", kind, NAME)

    folder = here / "headwater-fog-horn"
    assert done.returncode == 0
    assert files_of(folder) >= {
        ".github/workflows/test.yml",
        ".gitignore",
        "README.md",
        "pyproject.toml",
        "src/headwater_fog_horn/__init__.py",
        "src/headwater_fog_horn/py.typed",
        "tests/conftest.py",
    }
    assert [line for line in done.stdout.splitlines() if line.startswith(" ")] == [
        "    pip install -e 'headwater-fog-horn[test]'",
        "    pytest headwater-fog-horn",
        "    headwater plugins inspect foghorn",
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["x", "x" * LONGEST_NAME], ids=["short", "long"])
def test_what_is_written_is_filled_in_and_in_good_style(headwater, here, kind, name):
    headwater("plugin", "new", kind, name)

    texts = [path.read_text() for path in here.rglob("*") if path.is_file()]
    assert not [text for text in texts if ".in" in text.split() or "@package@" in text]
    for arguments in (["check", "--select", RULES], ["format", "--check"]):
        command = [RUFF, *arguments, "--isolated", "--no-cache", "--line-length", "100"]
        subprocess.run(command, cwd=here / f"headwater-{name}", check=True)


def test_the_folder_may_be_another(headwater, here):
    headwater("plugin", "new", "channel", "headwater-gong", "--folder", "my folder")

    assert [path.name for path in here.iterdir()] == ["my folder"]
    assert (here / "my folder/src/headwater_gong/channel.py").is_file()


@pytest.mark.parametrize(
    "name", ["", "Gong", "9", "a--b", "a-", "a_b", "a/b", "..", "gong\n", "góng", "x" * 31]
)
def test_a_name_that_cannot_be_is_refused_in_one_line(headwater, here, name):
    done = headwater("plugin", "new", "channel", "--", name)

    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert "cannot be the name of a plugin" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(here.iterdir()) == []


def test_a_name_that_an_installed_plugin_has_is_refused(headwater, here):
    done = headwater("plugin", "new", "channel", "slack")

    assert (done.returncode, list(here.iterdir())) == (1, [])
    assert done.stderr == "Error: headwater-slack is a plugin 'slack' already\n"


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch, lambda path: path.symlink_to("nowhere")])
def test_what_is_there_is_left_alone(headwater, here, make):
    make(here / "headwater-gong")
    done = headwater("plugin", "new", "channel", "gong")

    assert done.returncode == 1
    assert done.stderr == "Error: headwater-gong is there already: give another --folder\n"
    assert [path.name for path in here.iterdir()] == ["headwater-gong"]
    assert files_of(here) <= {"headwater-gong"}


def test_a_folder_that_cannot_be_made_is_said_in_one_line(headwater, here):
    done = headwater("plugin", "new", "channel", "gong", "--folder", "a/b")

    assert done.returncode == 1
    assert done.stderr == "Error: a/b cannot be written: No such file or directory\n"


def test_a_kind_that_does_not_exist_is_refused(headwater, here):
    done = headwater("plugin", "new", "page", "gong")

    assert done.returncode == 2
    assert "'channel', 'panel', 'storage'" in done.stderr
