"""`headwater version`: what to say in a bug report."""

import platform
import sqlite3
from importlib.metadata import version as version_of

import click

from headwater.cli import CORE
from headwater.plugins import API_VERSION


@click.command()
def version() -> None:
    """Show the versions of Headwater and of what it stands on."""
    rows = {
        "Headwater": version_of(CORE),
        "Plugin API": API_VERSION,
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "Platform": f"{platform.system()} {platform.machine()}",
    }
    for name, value in rows.items():
        click.echo(f"{name + ':':<12}{value}")
