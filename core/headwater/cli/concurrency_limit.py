"""`headwater concurrency-limit`: looks at limits, and frees their slots."""

from typing import Any

import click

from headwater.cli.api import Api
from headwater.cli.asking import ask, yes_option
from headwater.cli.finding import require
from headwater.cli.showing import json_option, plain, show_fields, show_json, show_table


@click.group("concurrency-limit")
def concurrency_limit() -> None:
    """Look at concurrency limits, and free their slots.

    LIMIT is a limit's name or id. That of a task tag is called tag:TAG; the tag alone will do.
    """


@concurrency_limit.command()
@json_option
def ls(as_json: bool) -> None:
    """List the limits, global ones and those of tags."""
    limits = Api().list_all("/v2/concurrency_limits/filter")
    if as_json:
        show_json(limits)
        return
    show_table(
        ["NAME", "LIMIT", "TAKEN", "ACTIVE", "ID"],
        [[o["name"], o["limit"], o["active_slots"], o["active"], o["id"]] for o in limits],
        "There are no concurrency limits.",
    )


@concurrency_limit.command()
@click.argument("name", metavar="LIMIT")
@json_option
def inspect(name: str, as_json: bool) -> None:
    """Show one limit."""
    found = _find(Api(), name)
    if as_json:
        show_json(found)
        return
    show_fields(
        {
            "ID": found["id"],
            "Name": found["name"],
            "Limit": found["limit"],
            "Taken": found["active_slots"],
            "Active": found["active"],
            "Decay": f"{found['slot_decay_per_second']:g} slots a second",
        }
    )


@concurrency_limit.command()
@click.argument("name", metavar="LIMIT")
@yes_option
@json_option
def reset(name: str, yes: bool, as_json: bool) -> None:
    """Free all slots of a limit, also those whose holders still run."""
    api = Api()
    found = _find(api, name)
    shown = plain(found["name"])
    ask(f"Free the {found['active_slots']} taken slots of {shown}?", yes=yes)
    api.patch(f"/v2/concurrency_limits/{found['id']}", {"active_slots": 0})
    if as_json:
        show_json(api.get(f"/v2/concurrency_limits/{found['id']}"))
        return
    click.echo(f"Freed the slots of {shown}.")


def _find(api: Api, name: str) -> Any:
    path = "/v2/concurrency_limits/{}"
    found = api.find(path, name) or api.find(path, f"tag:{name}")
    return require(found, "concurrency limit", name)
