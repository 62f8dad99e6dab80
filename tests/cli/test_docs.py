"""Every setting and every command has a line in docs/, with its default and its options."""

from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest

from headwater.settings import Settings
from headwater.settings.names import name_of

DOCS = Path(__file__).parents[2] / "docs"


def row_that_begins(page, start):
    rows = [
        line for line in (DOCS / page).read_text().splitlines() if line.startswith(f"| `{start}")
    ]
    assert len(rows) == 1, f"{page} must have one row that begins with `{start}"
    return rows[0]


def commands():
    """Return the core's commands that do something, by what people type."""
    found = {}

    def add(path, command):
        if isinstance(command, click.Group):
            for name, part in command.commands.items():
                add(f"{path} {name}", part)
        else:
            found[path] = command

    for entry in entry_points(group="headwater.commands"):
        if entry.dist.name == "headwater":
            add(f"headwater {entry.name}", entry.load())
    return found


COMMANDS = commands()


@pytest.mark.parametrize("field", Settings.model_fields)
def test_each_setting_has_a_row_with_its_default(field, home):
    row = row_that_begins("configuration.md", f"{name_of(field)}`")

    default = row.split("|")[2]
    shown = Settings().shown(field)
    assert f"`{shown}`" in default or shown in ("", str(home), str(Path.home() / ".headwater"))
    assert ("Secret" in row) == (field in Settings.secrets())


@pytest.mark.parametrize("path", COMMANDS)
def test_each_command_has_a_row_with_its_options(path):
    options = [name for option in COMMANDS[path].params for name in option.opts]

    row = row_that_begins("cli.md", path)

    assert not [name for name in options if name.startswith("--") and name not in row]
