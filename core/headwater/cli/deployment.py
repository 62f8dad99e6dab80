"""`headwater deployment`: looks at deployments, runs, pauses, resumes and deletes them."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import click

from headwater.cli.api import Api
from headwater.cli.asking import ask, yes_option
from headwater.cli.deployment_schedule import describe, schedule
from headwater.cli.finding import find_deployment, list_flow_names
from headwater.cli.showing import (
    json_option,
    moment,
    plain,
    show_deleted,
    show_fields,
    show_json,
    show_table,
)
from headwater.cli.values import parse_value


@click.group()
def deployment() -> None:
    """Look at deployments, run, pause, resume and delete them.

    DEPLOYMENT is FLOW/NAME or an id.
    """


deployment.add_command(schedule)


@deployment.command()
@click.option("--flow", metavar="NAME", help="Only deployments of this flow.")
@json_option
def ls(flow: str | None, as_json: bool) -> None:
    """List the deployments."""
    api = Api()
    wanted: dict[str, Any] = {"sort": "NAME_ASC"}
    if flow is not None:
        wanted["flows"] = {"name": {"any_": [flow]}}
    found = api.list_all("/deployments/filter", wanted)
    if as_json:
        show_json(found)
        return
    flows = list_flow_names(api, found)
    show_table(
        ["NAME", "STATUS", "SCHEDULES", "WORK POOL", "ID"],
        sorted(
            (
                [
                    f"{flows.get(one['flow_id'], '?')}/{one['name']}",
                    _status(one),
                    "; ".join(describe(each) for each in one["schedules"]) or None,
                    one["work_pool_name"],
                    one["id"],
                ]
                for one in found
            ),
            key=itemgetter(0),
        ),
        "There are no deployments.",
    )


@deployment.command()
@click.argument("name", metavar="DEPLOYMENT")
@json_option
def inspect(name: str, as_json: bool) -> None:
    """Show one deployment."""
    api = Api()
    found = find_deployment(api, name)
    if as_json:
        show_json(found)
        return
    flow = list_flow_names(api, [found]).get(found["flow_id"], "?")
    show_fields(
        {
            "ID": found["id"],
            "Name": f"{flow}/{found['name']}",
            "Status": _status(found),
            "Description": found["description"],
            "Schedules": "\n".join(map(describe, found["schedules"])) or None,
            "Work pool": found["work_pool_name"],
            "Work queue": found["work_queue_name"],
            "Entrypoint": found["entrypoint"],
            "Version": found["version"],
            "Tags": ", ".join(found["tags"]) or None,
            "Parameters": found["parameters"],
            "Last polled": moment(found["last_polled"]),
        }
    )


@deployment.command()
@click.argument("name", metavar="DEPLOYMENT")
@click.option(
    "-p",
    "--param",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter; the value is JSON, or else a text.",
)
@click.option("--run-name", metavar="NAME", help="What the run is called.")
@json_option
def run(name: str, parameters: tuple[str, ...], run_name: str | None, as_json: bool) -> None:
    """Make a run that starts as soon as a worker takes it."""
    values = _parse(parameters)
    api = Api()
    found = find_deployment(api, name)
    body: dict[str, Any] = {"parameters": values, "state": {"type": "SCHEDULED"}}
    if run_name is not None:
        body["name"] = run_name
    made = api.post(f"/deployments/{found['id']}/create_flow_run", body)
    if as_json:
        show_json(made)
        return
    click.echo(f"Made the run {plain(made['name'])} ({made['id']}).")
    click.echo(f"To follow it: headwater flow-run inspect {made['id']}")


@deployment.command()
@click.argument("name", metavar="DEPLOYMENT")
@json_option
def pause(name: str, as_json: bool) -> None:
    """Make no more runs by the schedules; those that were made for later go."""
    _switch(name, "pause", as_json)


@deployment.command()
@click.argument("name", metavar="DEPLOYMENT")
@json_option
def resume(name: str, as_json: bool) -> None:
    """Make runs by the schedules again."""
    _switch(name, "resume", as_json)


@deployment.command()
@click.argument("name", metavar="DEPLOYMENT")
@yes_option
@json_option
def delete(name: str, yes: bool, as_json: bool) -> None:
    """Delete a deployment with its schedules. The runs that it had stay."""
    api = Api()
    found = find_deployment(api, name)
    ask(f"Delete the deployment {plain(found['name'])} with its schedules?", yes=yes)
    api.delete(f"/deployments/{found['id']}")
    show_deleted("deployment", found["name"], found["id"], as_json=as_json)


def _switch(name: str, what: str, as_json: bool) -> None:
    api = Api()
    found = find_deployment(api, name)
    api.post(f"/deployments/{found['id']}/{what}_deployment")
    if as_json:
        show_json(api.get(f"/deployments/{found['id']}"))
        return
    click.echo(f"{what.title()}d the deployment {plain(found['name'])}.")


def _parse(parameters: Sequence[str]) -> dict[str, Any]:
    """Return parameters from NAME=VALUE: values that are no JSON are texts."""
    values: dict[str, Any] = {}
    for parameter in parameters:
        name, sign, text = parameter.partition("=")
        if not (name and sign):
            raise click.UsageError(f"{parameter!r} is no NAME=VALUE.")
        values[name] = parse_value(text)
    return values


def _status(found: Any) -> str:
    return "PAUSED" if found["paused"] else str(found["status"] or "-")
