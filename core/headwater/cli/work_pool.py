"""`headwater work-pool`: looks at work pools, pauses and resumes them."""

from typing import Any

import click

from headwater.cli.api import Api
from headwater.cli.finding import require
from headwater.cli.showing import json_option, plain, show_fields, show_json, show_table


@click.group("work-pool")
def work_pool() -> None:
    """Look at work pools, pause and resume them."""


@work_pool.command()
@json_option
def ls(as_json: bool) -> None:
    """List the work pools."""
    pools = Api().list_all("/work_pools/filter")
    if as_json:
        show_json(pools)
        return
    show_table(
        ["NAME", "TYPE", "STATUS", "LIMIT", "ID"],
        [[p["name"], p["type"], _status(p), p["concurrency_limit"], p["id"]] for p in pools],
        "There are no work pools.",
    )


@work_pool.command()
@click.argument("name")
@json_option
def inspect(name: str, as_json: bool) -> None:
    """Show one work pool with its queues."""
    api = Api()
    found = _find(api, name)
    queues = api.list_all(f"/work_pools/{name}/queues/filter")
    if as_json:
        show_json({**found, "queues": queues})
        return
    show_fields(
        {
            "ID": found["id"],
            "Name": found["name"],
            "Type": found["type"],
            "Status": _status(found),
            "Description": found["description"],
            "Limit": found["concurrency_limit"],
            "Queues": "\n".join(_describe(queue) for queue in queues) or None,
        }
    )


@work_pool.command()
@click.argument("name")
@json_option
def pause(name: str, as_json: bool) -> None:
    """Give workers no more runs of a pool."""
    _switch(name, is_paused=True, as_json=as_json)


@work_pool.command()
@click.argument("name")
@json_option
def resume(name: str, as_json: bool) -> None:
    """Give workers runs of a pool again."""
    _switch(name, is_paused=False, as_json=as_json)


def _switch(name: str, *, is_paused: bool, as_json: bool) -> None:
    api = Api()
    _find(api, name)
    api.patch(f"/work_pools/{name}", {"is_paused": is_paused})
    if as_json:
        show_json(_find(api, name))
        return
    click.echo(f"{'Paused' if is_paused else 'Resumed'} the work pool {plain(name)}.")


def _find(api: Api, name: str) -> Any:
    return require(api.find("/work_pools/{}", name), "work pool", name)


def _status(pool: Any) -> str:
    return "PAUSED" if pool["is_paused"] else str(pool["status"] or "-")


def _describe(queue: Any) -> str:
    """Return a queue in a few words."""
    limit = queue["concurrency_limit"]
    words = [queue["name"], f"(priority {queue['priority']})"]
    if limit is not None:
        words.append(f"limit {limit}")
    if queue["is_paused"]:
        words.append("paused")
    return " ".join(words)
