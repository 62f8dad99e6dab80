"""`headwater policy`: what is told over which channels, kept by a running server."""

from typing import Any

import click

from headwater.cli.api import Api
from headwater.cli.asking import ask, yes_option
from headwater.cli.finding import find_flow_run
from headwater.cli.showing import json_option, plain, show_deleted, show_json
from headwater.cli.wanting import CLEARED, Names, describe, find_policy, read_policy, wanting

ROUTE = "/headwater/policies"


@click.group()
def policy() -> None:
    """Say which news of runs go over which channels.

    POLICY is an id, or the name of one.
    """


@policy.command()
@wanting
@click.option("--paused", is_flag=True, help="Tell nothing until `headwater policy resume`.")
@json_option
def create(paused: bool, as_json: bool, **chosen: Any) -> None:
    """Tell of runs that enter one of the states and have one of the tags."""
    if not chosen["channels"]:
        raise click.UsageError("Missing option '--channel'.")
    api = Api()
    made = api.post(f"{ROUTE}/", {"is_active": not paused, **read_policy(api, chosen)})
    if as_json:
        show_json(made)
        return
    click.echo(f"Made the policy {made['id']}: {describe(made, Names(api, [made]))}.")


@policy.command()
@click.argument("name", metavar="POLICY")
@wanting
@click.option(
    "--clear",
    "cleared",
    type=click.Choice(list(CLEARED)),
    multiple=True,
    help="Have this empty again.",
)
@json_option
def change(name: str, cleared: tuple[str, ...], as_json: bool, **chosen: Any) -> None:
    """Change what is given, each in place of what was there; the rest stays."""
    api = Api()
    wanted = read_policy(api, chosen)
    for what in cleared:
        wanted |= CLEARED[what]
    if not wanted:
        raise click.UsageError("Give what is to change.")
    found = find_policy(api, name, ROUTE)
    api.patch(f"{ROUTE}/{found['id']}", wanted)
    changed = find_policy(api, found["id"], ROUTE)
    if as_json:
        show_json(changed)
        return
    click.echo(f"Changed the policy {found['id']}: {describe(changed, Names(api, [changed]))}.")


@policy.command()
@json_option
def ls(as_json: bool) -> None:
    """List the policies."""
    api = Api()
    found = api.list_all(f"{ROUTE}/filter")
    if as_json:
        show_json(found)
        return
    names = Names(api, found)
    for one in found:
        title = f"{plain(one['name'])}: " if one["name"] else ""
        idle = "" if one["is_active"] else ", paused"
        click.echo(f"{one['id']}  {title}{describe(one, names)}{idle}")


@policy.command()
@click.argument("name", metavar="POLICY")
@json_option
def pause(name: str, as_json: bool) -> None:
    """Tell nothing of what the policy wants, until it is resumed."""
    _switch(name, is_active=False, as_json=as_json)


@policy.command()
@click.argument("name", metavar="POLICY")
@json_option
def resume(name: str, as_json: bool) -> None:
    """Tell again of what happens from now on."""
    _switch(name, is_active=True, as_json=as_json)


@policy.command()
@click.argument("name", metavar="POLICY")
@click.option("--run", required=True, help="A flow run, by its id or its name.")
@json_option
def preview(name: str, run: str, as_json: bool) -> None:
    """Show what the policy would say of a run that there was, and its services would be sent.

    Nothing is sent.
    """
    api = Api()
    found = find_policy(api, name, ROUTE)
    draft = {key: v for key, v in found.items() if key not in ("id", "created", "updated")}
    body = {"policy": draft, "flow_run_id": find_flow_run(api, run)["id"]}
    shown = api.post(f"{ROUTE}/preview", body)
    if as_json:
        show_json(shown)
        return
    for obstacle in shown["obstacles"]:
        click.echo(f"Not told: {plain(obstacle)}", err=True)
    if shown["error"]:
        click.echo(f"The template fails: {plain(shown['error'])}", err=True)
    message = shown["recovery"] or shown["message"]
    for text in (message["title"], message["body"], message["link"]):
        _show_lines(text)
    for one in shown["renderings"]:
        click.echo(f"\nOver {one['channel']['name']} ({one['channel']['type']}):")
        if one["error"]:
            click.echo(f"  Nothing: {plain(one['error'])}")
        for part in one["parts"]:
            _show_lines(f"{part['name']}:\n{part['text']}", indent="  ")


@policy.command()
@click.argument("name", metavar="POLICY")
@yes_option
@json_option
def delete(name: str, yes: bool, as_json: bool) -> None:
    """Delete a policy."""
    api = Api()
    found = find_policy(api, name, ROUTE)
    ask(f"Delete the policy {plain(name)} ({describe(found, Names(api, [found]))})?", yes=yes)
    api.delete(f"{ROUTE}/{found['id']}")
    show_deleted("policy", name, found["id"], as_json=as_json)


def _show_lines(text: str, indent: str = "") -> None:
    click.echo("\n".join(indent + plain(line) for line in text.split("\n")))


def _switch(name: str, *, is_active: bool, as_json: bool) -> None:
    api = Api()
    found = find_policy(api, name, ROUTE)
    api.patch(f"{ROUTE}/{found['id']}", {"is_active": is_active})
    if as_json:
        show_json(find_policy(api, found["id"], ROUTE))
        return
    click.echo(f"{'Resumed' if is_active else 'Paused'} the policy {plain(name)}.")
