"""`headwater profile`: named sets of settings; works when the server cannot start."""

import os
import shlex

import click

from headwater.cli.asking import ask, yes_option
from headwater.errors import ConfigError
from headwater.settings.model import Settings, home_of
from headwater.settings.names import name_of
from headwater.settings.profiles import Profiles
from headwater.settings.shown import masked


@click.group()
def profile() -> None:
    """Keep several sets of settings, and choose one."""


@profile.command()
@click.argument("name")
@click.option("--from", "other", metavar="OTHER", help="Copy the settings of this profile.")
def create(name: str, other: str | None) -> None:
    """Make a profile."""
    with Profiles.edited(home_of()) as profiles:
        profiles.create(name, profiles.values(other) if other else None)
    click.echo(f"Made profile {name!r}. To use it: headwater profile use {name}")


@profile.command("ls")
def list_profiles() -> None:
    """List the profiles, with a star at the one in force."""
    profiles = Profiles.read(home_of())
    for name in profiles.names:
        click.echo(f"{'*' if name == _in_force(profiles) else ' '} {name}")
    if not profiles.names:
        click.echo("There are none. To make one: headwater profile create NAME", err=True)


@profile.command()
@click.argument("name")
def use(name: str) -> None:
    """Make a profile the active one."""
    with Profiles.edited(home_of()) as profiles:
        profiles.use(name)
    click.echo(f"Profile {name!r} is active.")
    if (stronger := _from_environment()) and stronger != name:
        click.echo(f"{name_of('profile')} names {stronger!r}, which is stronger.", err=True)


@profile.command()
@click.argument("name", required=False)
@click.option("--show-secrets", is_flag=True, help="Show secrets in clear.")
def inspect(name: str | None, show_secrets: bool) -> None:
    """Show what is set in a profile, by default in the one in force."""
    profiles = Profiles.read(home_of())
    chosen = name or _in_force(profiles)
    if chosen is None:
        raise ConfigError("no profile is active; name one: headwater profile inspect NAME")
    for key, value in profiles.values(chosen).items():
        text = str(value) if show_secrets else masked(key, str(value), Settings.secrets())
        click.echo(f"{key}={shlex.quote(text)}")


@profile.command()
@click.argument("old")
@click.argument("new")
def rename(old: str, new: str) -> None:
    """Give a profile another name."""
    with Profiles.edited(home_of()) as profiles:
        profiles.rename(old, new)
    click.echo(f"Profile {old!r} is {new!r} now.")


@profile.command()
@click.argument("name")
@yes_option
def delete(name: str, yes: bool) -> None:
    """Delete a profile with its settings."""
    Profiles.read(home_of()).require(name)
    ask(f"Delete profile {name!r} with its settings?", yes=yes)
    with Profiles.edited(home_of()) as profiles:
        was_active = profiles.active == name
        profiles.delete(name)
    click.echo(f"Deleted profile {name!r}.")
    if was_active:
        click.echo("None is active now. To choose one: headwater profile use NAME", err=True)


def _from_environment() -> str | None:
    return os.environ.get(name_of("profile")) or None


def _in_force(profiles: Profiles) -> str | None:
    return _from_environment() or profiles.active
