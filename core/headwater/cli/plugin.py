"""`headwater plugin`: begins a plugin of one's own."""

import shlex
from pathlib import Path

import click

from headwater.cli.skeletons import KINDS, names_of, write_package
from headwater.entries import distribution_of
from headwater.errors import ConfigError
from headwater.plugins import API_VERSION, installed


@click.group()
def plugin() -> None:
    """Write a plugin of one's own."""


@plugin.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to write it.")
def new(kind: str, name: str, folder: Path | None) -> None:
    """Write a package that works at once, in a folder of its name: headwater-NAME."""
    names = names_of(name, API_VERSION)
    for entry in installed():
        if entry.name == names.id:
            raise ConfigError(f"{distribution_of(entry)} is a plugin {names.id!r} already")
    folder = folder or Path(names.distribution)
    write_package(kind, names, folder)
    where = shlex.quote(str(folder))
    click.echo(f"{where} has a {kind} that works. To install it, test it, and see what it offers:")
    click.echo(f"    pip install -e {shlex.quote(f'{folder}[test]')}")
    click.echo(f"    pytest {where}")
    click.echo(f"    headwater plugins inspect {names.id}")
