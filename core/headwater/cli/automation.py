"""`headwater automation`: looks at automations, and at what they did."""

from collections.abc import Mapping
from typing import Any

import click

from headwater.cli.api import Api
from headwater.cli.finding import parse_id, require, require_one
from headwater.cli.showing import (
    json_option,
    moment,
    plain,
    show_fields,
    show_json,
    show_table,
)
from headwater.cli.values import Number

ROUTE = "/automations"
MOST_HOURS = 24 * 30  # of a replay


@click.group()
def automation() -> None:
    """Look at automations, and at what they did.

    AUTOMATION is the name of one, or its id.
    """


@automation.command()
@json_option
def ls(as_json: bool) -> None:
    """List the automations."""
    found = Api().list_all(f"{ROUTE}/filter")
    if as_json:
        show_json(found)
        return
    show_table(
        ["NAME", "ENABLED", "TRIGGER", "ACTIONS", "ID"],
        [
            [one["name"], one["enabled"], one["trigger"]["type"], _actions(one), one["id"]]
            for one in found
        ],
        "There are no automations.",
    )


@automation.command()
@click.argument("name", metavar="AUTOMATION")
@json_option
def inspect(name: str, as_json: bool) -> None:
    """Show one."""
    found = _find(Api(), name)
    if as_json:
        show_json(found)
        return
    trigger = found["trigger"]
    show_fields(
        {
            "ID": found["id"],
            "Name": found["name"],
            "Description": found["description"] or None,
            "Enabled": found["enabled"],
            "Tags": ", ".join(found["tags"]) or None,
            "Trigger": _kind(trigger),
            "Expects": ", ".join(trigger.get("expect", [])) or None,
            "Metric": _metric(trigger.get("metric")),
            "Actions": _actions(found),
            "On trigger": _types(found["actions_on_trigger"]) or None,
            "On resolve": _types(found["actions_on_resolve"]) or None,
            "Changed": moment(found["updated"]),
        }
    )


@automation.command()
@click.argument("name", metavar="AUTOMATION")
@click.option("--limit", type=click.IntRange(1), default=15, help="How many; 15 by default.")
@json_option
def firings(name: str, limit: int, as_json: bool) -> None:
    """List the latest firings, and how each action of them went."""
    api = Api()
    # What a deleted automation did is there still, by its id.
    automation_id = parse_id(name) or _find(api, name)["id"]
    found = api.list_all(f"/headwater/automations/{automation_id}/firings/filter", {}, limit)
    if as_json:
        show_json(found)
        return
    if not found:
        click.echo("It did not fire.", err=True)
    for one in found:
        value = one["triggering_value"]
        by = _resolved(value) if one["resolved"] else _by(one["triggering_event"], value)
        click.echo(f"{moment(one['triggered'])}  {one['id']}{plain(by)}")
        for action in one["actions"]:
            click.echo(f"  {action['action_index']}  {action['type']}: {_went(action)}")


@automation.command()
@click.argument("name", metavar="AUTOMATION")
@click.option(
    "--hours",
    type=Number(0, MOST_HOURS, min_open=True),
    default=24.0,
    help=f"How far back; 24 by default, {MOST_HOURS} at most.",
)
@json_option
def replay(name: str, hours: float, as_json: bool) -> None:
    """Say what it would have done in the last hours. Nothing is done."""
    api = Api()
    path = f"/headwater/automations/{_find(api, name)['id']}/replay"
    found = api.post(path, {"hours": hours})
    if as_json:
        show_json(found)
        return
    for one in found["firings"]:
        click.echo(f"{moment(one['triggered'])}{plain(_by(one['triggering_event']))}")
    click.echo(f"Of {found['events']} events it would have fired {found['fired']} times.", err=True)
    if not found["whole"]:
        click.echo("There are more events: give fewer --hours.", err=True)


@automation.command()
@click.argument("name", metavar="AUTOMATION")
@click.option("--flow-run", metavar="ID", help="A flow run, by the events of it.")
@click.option("--event", metavar="ID", help="One event.")
@click.option("--resource", metavar="ID", help="A resource, by the events of it.")
@click.option(
    "--hours",
    type=Number(0, MOST_HOURS, min_open=True),
    default=24.0,
    help=f"How long before the last event counting begins; 24 by default, {MOST_HOURS} at most.",
)
@json_option
def why(
    name: str,
    flow_run: str | None,
    event: str | None,
    resource: str | None,
    hours: float,
    as_json: bool,
) -> None:
    """Say why it did or did not fire, by one of --flow-run, --event and --resource."""
    asked = {"flow_run_id": flow_run, "event_id": event, "resource_id": resource}
    given = {field: value for field, value in asked.items() if value}
    if len(given) != 1:
        raise click.UsageError("give one of --flow-run, --event and --resource")
    for field in ("flow_run_id", "event_id"):
        if field in given and parse_id(given[field]) is None:
            raise click.UsageError(f"{given[field]!r} is no id; for what has another: --resource")
    api = Api()
    path = f"/headwater/automations/{_find(api, name)['id']}/why"
    found = api.post(path, given | {"hours": hours})
    if as_json:
        show_json(found)
        return
    for one in found["events"]:
        _show_why(one)
    if not found["events"]:
        click.echo("There are no events of it.", err=True)
    if not found["whole"]:
        click.echo("There are too many events before: give fewer --hours.", err=True)


def _show_why(found: Mapping[str, Any]) -> None:
    event = found["event"]
    about = f"{event['event']} of {event['resource_id']}: {found['said']}"
    click.echo(f"{moment(event['occurred'])}  {plain(about)}")
    for one in found["triggers"]:
        click.echo(f"  {one['place']}  {plain(one['said'])}")
    for action in found["firing"]["actions"] if found["firing"] else ():
        click.echo(f"  action {action['action_index']}  {action['type']}: {_went(action)}")


def _kind(trigger: Mapping[str, Any]) -> str:
    # A metric's posture is that it is one.
    posture = None if "metric" in trigger else trigger.get("posture")
    return " ".join(filter(None, [posture, trigger["type"]]))


def _by(event: Mapping[str, Any] | None, value: float | None = None) -> str:
    if event is not None:
        return f", by {event['event']} of {event['resource_id']}"
    return "" if value is None else f", by a metric of {value:.4g}"


def _resolved(value: float | None) -> str:
    said = "there was nothing to measure" if value is None else f"the metric was {value:.4g}"
    return f", resolved: {said}"


def _metric(query: Mapping[str, Any] | None) -> str | None:
    if query is None:
        return None
    compared = f"{query['name']} {query['operator']} {query['threshold']:g}"
    return f"{compared} over {query['range']:g} s, for {query['firing_for']:g} s"


def _went(action: Mapping[str, Any]) -> str:
    if action["state"] == "failed":
        return f"failed: {plain(action['reason'])}"
    if action["state"] == "pending" and action["attempts"]:
        return f"tried {action['attempts']} times, again {moment(action['due'])}"
    details = action["details"] or {}
    status = f", answered {details['status_code']}" if "response_headers" in details else ""
    about = [one["prefect.resource.id"] for one in details.get("related", ())]
    return plain(f"{action['state']}{status}" + "".join(f", {one}" for one in about))


def _actions(found: Mapping[str, Any]) -> str | None:
    return _types(found["actions"]) or None


def _types(actions: list[Any]) -> str:
    return ", ".join(one["type"] for one in actions)


def _find(api: Api, name: str) -> Any:
    if (own_id := parse_id(name)) is not None:
        return require(api.find(f"{ROUTE}/{{}}", own_id), "automation", name)
    found = api.list_all(f"{ROUTE}/filter", {"automations": {"name": {"any_": [name]}}}, 2)
    return require_one(found, "automations", "automation", name)
