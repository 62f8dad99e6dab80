"""`headwater policy`: what is told over which channel, kept by a running server."""

from uuid import UUID

import click

from headwater.cli.api import Api
from headwater.cli.asking import ask, yes_option
from headwater.cli.finding import find_channel, require
from headwater.cli.showing import json_option, plain, show_deleted, show_json

ROUTE = "/flow_run_notification_policies"


@click.group()
def policy() -> None:
    """Say which news of runs go over which channel."""


@policy.command()
@click.option("--channel", "name", required=True, help="The channel's name, or its id.")
@click.option("--state", "states", multiple=True, help="A state's name; without one, any state.")
@click.option("--tag", "tags", multiple=True, help="A run's tag; without one, any run.")
@click.option("--message", help="What to say, with {placeholders}; by default a sentence of ours.")
@json_option
def create(
    name: str,
    states: tuple[str, ...],
    tags: tuple[str, ...],
    message: str | None,
    as_json: bool,
) -> None:
    """Tell of runs that enter one of the states and have one of the tags."""
    api = Api()
    channel = find_channel(api, name)
    body = {
        "block_document_id": channel["id"],
        "state_names": states,
        "tags": tags,
        "message_template": message,
    }
    made = api.post(f"{ROUTE}/", body)
    if as_json:
        show_json(made)
        return
    click.echo(f"Made the policy {made['id']}: {_describe(made)}, over {channel['name']}.")


@policy.command()
@json_option
def ls(as_json: bool) -> None:
    """List the policies."""
    api = Api()
    found = api.list_all(f"{ROUTE}/filter")
    if as_json:
        show_json(found)
        return
    names = {one["id"]: one["name"] for one in api.post("/channels/filter", {})}
    for one in found:
        channel = names.get(one["block_document_id"], one["block_document_id"])
        idle = "" if one["is_active"] else ", not active"
        click.echo(f"{one['id']}  {_describe(one)}, over {channel}{idle}")


@policy.command()
@click.argument("policy_id", metavar="ID", type=click.UUID)
@yes_option
@json_option
def delete(policy_id: UUID, yes: bool, as_json: bool) -> None:
    """Delete a policy."""
    api = Api()
    found = require(api.find(ROUTE + "/{}", str(policy_id)), "policy", str(policy_id))
    ask(f"Delete the policy {policy_id} ({_describe(found)})?", yes=yes)
    api.delete(f"{ROUTE}/{policy_id}")
    show_deleted("policy", str(policy_id), str(policy_id), as_json=as_json)


def _describe(policy: dict[str, list[str]]) -> str:
    states = " or ".join(policy["state_names"]) or "any state"
    tags = f" with the tag {' or '.join(policy['tags'])}" if policy["tags"] else ""
    return plain(f"runs{tags} that enter {states}")
