"""`headwater channel`: the ways to reach people, kept by a running server."""

from collections.abc import Iterator, Sequence

import click

from headwater.cli.api import Api
from headwater.cli.asking import ask, yes_option


@click.group()
def channel() -> None:
    """Make, list and test the channels that notifications go over."""


@channel.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    epilog="`headwater channel types` lists the settings of each type.",
)
@click.argument("kind", metavar="TYPE")
@click.argument("name")
@click.argument("settings", nargs=-1, type=click.UNPROCESSED, metavar="[--SETTING VALUE]...")
def create(kind: str, name: str, settings: tuple[str, ...]) -> None:
    """Make a channel: headwater channel create slack ops --url https://hooks.slack.com/..."""
    body = {"type": kind, "name": name, "settings": dict(_pairs(settings))}
    made = Api().post("/channels/", body)
    click.echo(f"Made the channel {made['name']} ({made['type']}).")
    for warning in made["warnings"]:
        click.echo(f"Warning: {warning}", err=True)


@channel.command()
def types() -> None:
    """List the types of channels that plugins bring, and what each wants to be told."""
    for one in Api().get("/channels/types"):
        click.echo(f"{one['plugin']} ({one['type']}): {one['title']}")
        required = one["settings"].get("required", [])
        for name, field in one["settings"]["properties"].items():
            needed = " (required)" if name in required else ""
            about = field.get("description") or field.get("title", "")
            click.echo(f"    --{name.replace('_', '-')}{needed}  {about}")


@channel.command()
def ls() -> None:
    """List the channels."""
    for one in Api().post("/channels/filter", {}):
        click.echo(f"{one['name']}  ({one['type']})  {one['id']}")


@channel.command()
@click.argument("name")
def test(name: str) -> None:
    """Send a test message, once, and say how that went."""
    result = Api().post(f"/channels/{name}/test")
    seconds = f"{result['duration']:.1f} s"
    if not result["sent"]:
        raise click.ClickException(f"the test message was not sent ({seconds}): {result['error']}")
    said = f", it answered {result['status']}" if result["status"] else ""
    click.echo(f"The service took the test message ({seconds}{said}).")


@channel.command()
@click.argument("name")
@yes_option
def delete(name: str, yes: bool) -> None:
    """Delete a channel and the policies that use it."""
    api = Api()
    found = api.get(f"/channels/{name}")
    ask(f"Delete the channel {found['name']} ({found['type']}) and its policies?", yes=yes)
    api.delete(f"/channels/{found['id']}")
    click.echo(f"Deleted the channel {found['name']}.")


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, object]]:
    """Return settings from `--name value`, `--name=value`, or `--name` alone for what is true."""
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise click.UsageError(f"{word!r} belongs to no setting; give --SETTING VALUE.")
        name, sign, value = word[2:].partition("=")
        key = name.replace("-", "_")
        if sign:
            yield key, value
        elif rest and not rest[0].startswith("--"):
            yield key, rest.pop(0)
        else:
            yield key, True
