"""`headwater notification`: what was told, what was not and why, kept by a running server."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from headwater.cli.api import Api
from headwater.cli.asking import ask, yes_option
from headwater.cli.finding import find_channel, find_flow_run, parse_id, require
from headwater.cli.showing import (
    json_option,
    moment,
    plain,
    show_fields,
    show_json,
    show_table,
)
from headwater.cli.values import Moment

ROUTE = "/headwater/notifications"
MANY = 1000  # are not counted further


@click.group()
def notification() -> None:
    """Look up what was told over channels, and have it sent again."""


def choosing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that choose notifications."""
    for option in (
        click.option("--until", type=Moment(), help="Only what was written by then."),
        click.option("--since", type=Moment(), help="Only what was written since: a time, 2h, 3d."),
        click.option("--run", help="Only what tells of this flow run, by its id or its name."),
        click.option("--policy", type=click.UUID, help="Only what this policy asked for."),
        click.option("--channel", help="Only what goes over this channel."),
    ):
        command = option(command)
    return command


@notification.command()
@click.option("--limit", type=click.IntRange(1), default=15, help="How many; 15 by default.")
@click.option(
    "--state", "states", multiple=True, help="Only those in this state: dead, partly, ..."
)
@choosing
@json_option
def ls(limit: int, states: tuple[str, ...], as_json: bool, **chosen: Any) -> None:
    """List the latest."""
    api = Api()
    wanted = _filter(api, chosen)
    if states:
        wanted["state"] = {"any_": [state.lower() for state in states]}
    found = api.list_all(f"{ROUTE}/filter", {"deliveries": wanted}, limit)
    if as_json:
        show_json(found)
        return
    show_table(
        ["ID", "WHEN", "STATE", "CHANNEL", "ABOUT", "REASON"],
        [
            [
                one["id"],
                moment(one["created"]),
                one["state"],
                one["channel_name"] or one["channel_id"],
                _about(one),
                (one["reason"] or "")[:80],
            ]
            for one in found
        ],
        "There are no such notifications.",
    )


@notification.command()
@click.argument("notification_id", metavar="ID")
@json_option
def inspect(notification_id: str, as_json: bool) -> None:
    """Show one with each attempt to send it, and what the service said."""
    api = Api()
    found = _find(api, notification_id)
    if as_json:
        show_json(found)
        return
    show_fields(
        {
            "ID": found["id"],
            "About": _about(found),
            "Flow run": found["flow_run_id"],
            "Channel": found["channel_name"] or found["channel_id"],
            "Policy": found["policy_id"],
            "State": found["state"],
            "Told": _told(found["targets"], found["state"]),
            "Reason": found["reason"],
            "Written": moment(found["created"]),
            "Sent again": moment(found["resent"]),
            "Next attempt": moment(found["due"]) if found["state"] == "pending" else None,
            "Held until": moment(found["due"]) if found["state"] == "held" else None,
            "Told by": found["digest_id"],
        }
    )
    for one in found["tries"]:
        lasted = "" if one["duration"] is None else f", {one['duration']:.1f} s"
        status = "" if one["status"] is None else f", answered {one['status']}"
        said = " ".join(filter(None, [one["error"], one["response"]]))
        click.echo(
            f"Attempt {one['number']}, {moment(one['started'])}: {one['outcome']}{lasted}{status}"
            + (f": {plain(said)}" if said else "")
        )


@notification.command()
@click.argument("notification_id", metavar="[ID]", required=False)
@click.option("--all", "everything", is_flag=True, help="All that is dead, or was told in part.")
@click.option("--everyone", is_flag=True, help="Also those of several who were told already.")
@choosing
@yes_option
@json_option
def resend(
    notification_id: str | None,
    everything: bool,
    everyone: bool,
    yes: bool,
    as_json: bool,
    **chosen: Any,
) -> None:
    """Send one again, or all of the dead that the options choose."""
    some = any(value is not None for value in chosen.values())
    if (notification_id is not None) + some + everything != 1:
        raise click.UsageError("Give an ID, or options that choose, or --all for all dead ones.")
    api = Api()
    if notification_id is not None:
        own_id = _find(api, notification_id)["id"]
        api.post(f"{ROUTE}/{own_id}/resend", {"everyone": everyone})
        _show_resent(1, as_json=as_json)
        return
    wanted = _filter(api, chosen)
    if not yes:
        of_dead = {"deliveries": wanted | {"state": {"any_": ["dead", "partly"]}}}
        count = len(api.list_all(f"{ROUTE}/filter", of_dead, MANY))
        ask(f"Send {_count(count)}{' or more' if count == MANY else ''} again?", yes=not count)
    body = {"deliveries": wanted, "everyone": everyone}
    _show_resent(_resend_all(api, body), as_json=as_json)


def _resend_all(api: Api, body: dict[str, Any]) -> int:
    count, more = 0, True
    while more:
        answer = api.post(f"{ROUTE}/resend", body)
        count, more = count + answer["resent"], answer["more"]
        body["until"] = answer["until"]
    return count


def _show_resent(count: int, *, as_json: bool) -> None:
    if as_json:
        show_json({"resent": count})
        return
    click.echo(f"{_count(count)} will be sent again." if count else "Nothing was sent again.")


def _count(number: int) -> str:
    return f"{number} notification{'' if number == 1 else 's'}"


def _find(api: Api, notification_id: str) -> Any:
    own_id = parse_id(notification_id)
    found = None if own_id is None else api.find(ROUTE + "/{}", own_id)
    return require(found, "notification", notification_id)


def _filter(api: Api, chosen: Mapping[str, Any]) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if chosen["channel"] is not None:
        wanted["channel_id"] = {"any_": [find_channel(api, chosen["channel"])["id"]]}
    if chosen["policy"] is not None:
        wanted["policy_id"] = {"any_": [str(chosen["policy"])]}
    if chosen["run"] is not None:
        wanted["flow_run_id"] = {"any_": [find_flow_run(api, chosen["run"])["id"]]}
    times = {"after_": chosen["since"], "before_": chosen["until"]}
    if given := {name: value for name, value in times.items() if value is not None}:
        wanted["created"] = given
    return wanted


def _told(targets: Mapping[str, int] | None, state: str) -> str | None:
    if targets is None:
        return None
    if state in ("pending", "sending") and targets["told"] == sum(targets.values()):
        return f"{targets['told']} so far"  # since it was sent again to the others
    refused = f", {targets['refused']} refused for good" if targets["refused"] else ""
    return f"{targets['told']} of {sum(targets.values())}{refused}"


def _about(one: Mapping[str, Any]) -> str | None:
    if one["tells"]:
        return f"{_count(one['tells'])} together"
    names = [one["flow_name"], one["flow_run_name"], one["state_name"]]
    return " ".join(name for name in names if name) or None
