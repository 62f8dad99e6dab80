"""Plugins of third parties: written, built, installed and used as by people who have the core."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = shutil.which("uv") or str(ROOT / ".uv/bin/uv")
# What this environment has, the core above all, is there in the new one, too.
BORROWED = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"


class Place:
    """An environment of a stranger's own, with the core and the folder that they work in."""

    def __init__(self, folder):
        self.folder = folder
        self.python = folder / "venv/bin/python"
        self.run(UV, "venv", "--quiet", "--python", sys.executable, folder / "venv")
        (site,) = (folder / "venv/lib").glob("python*/site-packages")
        (site / "borrowed.pth").write_text(BORROWED)

    def run(self, *command):
        """Run a command, and return what it printed. Its environment is a person's."""
        kept = {
            name: os.environ[name]
            for name in ("HOME", "PATH", "UV_CACHE_DIR")
            if name in os.environ
        }
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**kept, "HEADWATER_HOME": str(self.folder / "home")},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def headwater(self, *arguments):
        return self.run(self.python, "-m", "headwater", *arguments)

    def install(self, *packages):
        """Build and install packages. What builds them was fetched when the core was built."""
        command = (UV, "pip", "install", "--quiet", "--no-deps", "--python", self.python, *packages)
        try:
            self.run(*command, "--offline")
        except AssertionError:  # nothing is kept of what was fetched
            self.run(*command)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return Place(tmp_path_factory.mktemp("stranger"))


@pytest.fixture(scope="module")
def three_commands(place):
    """What the third of the three says, and how many seconds they took."""
    start = time.monotonic()
    place.headwater("plugin", "new", "channel", "fog-horn")
    place.install("./headwater-fog-horn")
    tested = place.run(place.python, "-m", "pytest", "-q", "headwater-fog-horn")
    return tested, time.monotonic() - start


@pytest.fixture(scope="module")
def reports(place, three_commands):
    """What the server says of plugins of each kind, and of the example in contrib/."""
    place.headwater("plugin", "new", "panel", "sun-dial")
    place.headwater("plugin", "new", "storage", "hour-glass")
    shutil.copytree(ROOT / "contrib/example-channel", place.folder / "example-channel")
    place.install("./headwater-sun-dial", "./headwater-hour-glass", "./example-channel")
    return {one["name"]: one for one in json.loads(place.headwater("plugins", "list", "--json"))}


def test_three_commands_make_a_channel_that_keeps_the_contract(three_commands, capsys):
    tested, took = three_commands

    with capsys.disabled():
        sys.stdout.write(f" [from nothing to a channel that works: {took:.1f} s] ")
    assert " passed" in tested


@pytest.mark.parametrize(
    ("name", "offer"),
    [
        ("foghorn", "headwater_channels: fog-horn"),
        ("sundial", "headwater_panels: sun-dial"),
        ("hourglass", "headwater_storage_backends: hourglass"),
        ("signal", "headwater_channels: signal"),
    ],
)
def test_what_a_stranger_installs_is_taken(reports, name, offer):
    report = reports[name]

    assert (report["state"], report["offers"], report["reasons"]) == ("active", [offer], [])
