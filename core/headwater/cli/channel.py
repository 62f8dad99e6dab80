"""`headwater channel`: the ways to reach people, kept by a running server."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from headwater.cli.api import Api
from headwater.cli.asking import ask, yes_option
from headwater.cli.finding import find_channel
from headwater.cli.showing import json_option, moment, plain, show_deleted, show_json

ROUTE = "/headwater/channels"


@click.group()
def channel() -> None:
    """Make, change, list, test and turn off the channels that notifications go over."""


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
    _show_made("Made", Api().post(f"{ROUTE}/", body), as_json=as_json)


@channel.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    epilog="`headwater channel types` lists the settings of each type.",
)
@click.argument("name")
@click.argument("settings", nargs=-1, type=click.UNPROCESSED, metavar="[--SETTING VALUE]...")
@click.option(
    "--clear", "cleared", multiple=True, metavar="SETTING", help="Have its default again."
)
@json_option
def change(name: str, settings: tuple[str, ...], cleared: tuple[str, ...], as_json: bool) -> None:
    """Change single settings: headwater channel change ops --url https://hooks.slack.com/..."""
    wanted = dict(_pairs(settings)) | {_key(one): None for one in cleared}
    if not wanted:
        raise click.UsageError("Give what is to change: --SETTING VALUE, or --clear SETTING.")
    api = Api()
    changed = api.patch(f"{ROUTE}/{find_channel(api, name)['id']}", {"settings": wanted})
    _show_made("Changed", changed, as_json=as_json)


@channel.command()
@click.argument("name")
@click.argument("new")
@json_option
def rename(name: str, new: str, as_json: bool) -> None:
    """Call a channel otherwise; what goes over it goes on."""
    api = Api()
    renamed = api.patch(f"{ROUTE}/{find_channel(api, name)['id']}", {"name": new})
    _show_made("Renamed", renamed, as_json=as_json)


@channel.command()
@json_option
def types(as_json: bool) -> None:
    """List the types of channels that plugins bring, and what each wants to be told."""
    found = Api().get(f"{ROUTE}/types")
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
    """List the channels, and how each does."""
    found = Api().post(f"{ROUTE}/filter", {})
    if as_json:
        show_json(found)
        return
    for one in found:
        click.echo(f"{one['name']}  ({one['type']})  {one['id']}  {_describe(one['health'])}")


@channel.command()
@click.argument("name")
def test(name: str) -> None:
    """Send a test message, once, and say how that went."""
    api = Api()
    result = api.post(f"{ROUTE}/{find_channel(api, name)['id']}/test")
    seconds = f"{result['duration']:.1f} s"
    if not result["sent"]:
        error = plain(result["error"])
        raise click.ClickException(f"the test message was not sent ({seconds}): {error}")
    said = f", it answered {result['status']}" if result["status"] else ""
    click.echo(f"The service took the test message ({seconds}{said}).")


@channel.command()
@click.argument("name")
@json_option
def enable(name: str, as_json: bool) -> None:
    """Try a channel again that is disabled, off, or rests."""
    api = Api()
    found = find_channel(api, name)
    done = api.post(f"{ROUTE}/{found['id']}/enable")
    if as_json:
        show_json(done)
        return
    click.echo(f"Enabled the channel {found['name']}.")
    if missed := done["missed"]:
        again = f"headwater notification resend --channel {found['type']}/{found['name']}"
        click.echo(f"Given up meanwhile: {missed}; to send them: {again}")


@channel.command()
@click.argument("name")
@click.option("--reason", help="What others are told of it.")
def disable(name: str, reason: str | None) -> None:
    """Turn a channel off: what is to go over it is given up, until `enable`."""
    api = Api()
    found = find_channel(api, name)
    api.post(f"{ROUTE}/{found['id']}/disable", {"reason": reason})
    click.echo(f"Turned off the channel {found['name']}.")


@channel.command()
@click.argument("name")
@yes_option
@json_option
def delete(name: str, yes: bool, as_json: bool) -> None:
    """Delete a channel and the policies that use it."""
    api = Api()
    found = find_channel(api, name)
    ask(f"Delete the channel {found['name']} ({found['type']}) and its policies?", yes=yes)
    api.delete(f"{ROUTE}/{found['id']}")
    show_deleted("channel", found["name"], found["id"], as_json=as_json)


def _show_made(did: str, made: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        show_json(made)
        return
    click.echo(f"{did} the channel {made['name']} ({made['type']}).")
    for warning in made["warnings"]:
        click.echo(f"Warning: {plain(warning)}", err=True)


def _describe(health: Mapping[str, Any]) -> str:
    """Return `degraded since ..., 3 waiting: why` of a channel's health."""
    since = health["since"] or health["failing_since"]
    parts = health["state"] + (f" since {moment(since)}" if since else "")
    if health["until"]:
        parts += f", tried again at {moment(health['until'])}"
    if health["waiting"]:
        parts += f", {health['waiting']} waiting"
    return plain(f"{parts}: {health['reason']}" if health["reason"] else parts)


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, object]]:
    """Return settings from `--name value`, `--name=value`, or `--name` alone for what is true."""
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise click.UsageError(f"{word!r} belongs to no setting; give --SETTING VALUE.")
        name, sign, value = word[2:].partition("=")
        key = _key(name)
        if sign:
            yield key, value
        elif rest and not rest[0].startswith("--"):
            yield key, rest.pop(0)
        else:
            yield key, True


def _key(setting: str) -> str:
    return setting.replace("-", "_")
