"""`headwater channel`: the ways to reach people, kept by a running server."""

from collections.abc import Iterator, Sequence

import click

from headwater.cli.api import Api
from headwater.cli.asking import ask, yes_option
from headwater.cli.finding import find_channel
from headwater.cli.showing import json_option, plain, show_deleted, show_json


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
@json_option
def create(kind: str, name: str, settings: tuple[str, ...], as_json: bool) -> None:
    """Make a channel: headwater channel create slack ops --url https://hooks.slack.com/..."""
    body = {"type": kind, "name": name, "settings": dict(_pairs(settings))}
    made = Api().post("/channels/", body)
    if as_json:
        show_json(made)
        return
    click.echo(f"Made the channel {made['name']} ({made['type']}).")
    for warning in made["warnings"]:
        click.echo(f"Warning: {plain(warning)}", err=True)


@channel.command()
@json_option
def types(as_json: bool) -> None:
    """List the types of channels that plugins bring, and what each wants to be told."""
    found = Api().get("/channels/types")
    if as_json:
        show_json(found)
        return
    for one in found:
        click.echo(f"{one['plugin']} ({one['type']}): {one['title']}")
        required = one["settings"].get("required", [])
        for name, field in one["settings"]["properties"].items():
            needed = " (required)" if name in required else ""
            about = field.get("description") or field.get("title", "")
            click.echo(f"    --{name.replace('_', '-')}{needed}  {about}")


@channel.command()
@json_option
def ls(as_json: bool) -> None:
    """List the channels."""
    found = Api().post("/channels/filter", {})
    if as_json:
        show_json(found)
        return
    for one in found:
        click.echo(f"{one['name']}  ({one['type']})  {one['id']}")


@channel.command()
@click.argument("name")
def test(name: str) -> None:
    """Send a test message, once, and say how that went."""
    api = Api()
    result = api.post(f"/channels/{find_channel(api, name)['id']}/test")
    seconds = f"{result['duration']:.1f} s"
    if not result["sent"]:
        error = plain(result["error"])
        raise click.ClickException(f"the test message was not sent ({seconds}): {error}")
    said = f", it answered {result['status']}" if result["status"] else ""
    click.echo(f"The service took the test message ({seconds}{said}).")


@channel.command()
@click.argument("name")
@yes_option
@json_option
def delete(name: str, yes: bool, as_json: bool) -> None:
    """Delete a channel and the policies that use it."""
    api = Api()
    found = find_channel(api, name)
    ask(f"Delete the channel {found['name']} ({found['type']}) and its policies?", yes=yes)
    api.delete(f"/channels/{found['id']}")
    show_deleted("channel", found["name"], found["id"], as_json=as_json)


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
