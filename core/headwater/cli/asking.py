"""Asks before a command destroys something."""

import sys
from collections.abc import Callable
from typing import Any

import click

yes_option: Callable[[Any], Any] = click.option("-y", "--yes", is_flag=True, help="Do not ask.")


def ask(question: str, *, yes: bool) -> None:
    """Return if *yes*, or if a person says so; else end the command, with nothing done."""
    if yes:
        return
    click.echo(f"{question} [y/N]: ", nl=False, err=True)
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        click.echo(err=True)  # the end of the input stands in the question's line
    if answer.strip().lower() not in ("y", "yes"):
        raise click.ClickException("nothing was done; answer y, or give -y")
