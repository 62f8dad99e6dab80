"""`headwater server database`: moves the database between revisions."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from headwater.app import create_app
from headwater.cli.asking import ask, yes_option
from headwater.db import migrations
from headwater.db.migrations import Schema
from headwater.db.session import disconnect
from headwater.errors import ConfigError
from headwater.settings import Settings, masked_url


@click.group()
def database() -> None:
    """Move the database between revisions."""


@database.command()
@click.option("-r", "--revision", default="head", show_default=True, help="One that comes later.")
@yes_option
def upgrade(revision: str, yes: bool) -> None:
    """Bring the database up to date. Nothing is lost, so it does not ask."""
    with _opened() as settings:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        migrations.upgrade(revision)
        _say_where()


@database.command()
@click.option(
    "-r",
    "--revision",
    default="-1",
    show_default=True,
    help="An earlier one, as `history` lists them; -1 for the one before, base for none.",
)
@yes_option
def downgrade(revision: str, yes: bool) -> None:
    """Take the database back, and what later revisions keep out of it."""
    with _opened() as settings:
        migrations.check()
        where = _shown(settings)
        ask(f"Take {where} back to {revision}, and lose what later tables hold?", yes=yes)
        migrations.downgrade(revision)
        _say_where()


@database.command()
@yes_option
def reset(yes: bool) -> None:
    """Delete everything, and make the tables anew."""
    with _opened() as settings:
        migrations.check()
        ask(f"Delete everything in {_shown(settings)}?", yes=yes)
        migrations.reset()
        _say_where()


@database.command()
def history() -> None:
    """List the revisions there are, and show which one the database is at."""
    with _opened():
        for revision in migrations.list_history():
            mark = "  (the database is here)" if revision.current else ""
            click.echo(f"{revision.id}  {revision.title}{mark}")


@database.command()
def check() -> None:
    """Fail if the database is not up to date."""
    with _opened():
        if migrations.check() is not Schema.CURRENT:
            raise ConfigError("the database is behind; run: headwater server database upgrade")
        click.echo("The database is up to date.")


@contextmanager
def _opened() -> Iterator[Settings]:
    settings = Settings.load()
    with create_app(settings).app_context():
        try:
            yield settings
        finally:
            disconnect()


def _shown(settings: Settings) -> str:
    return masked_url(settings.database_url)


def _say_where() -> None:
    current = next((each for each in migrations.list_history() if each.current), None)
    click.echo(f"The database is at {current.id if current else 'base'}.")
