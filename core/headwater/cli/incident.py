"""`headwater incident`: looks at incidents, and closes them."""

from typing import Any

import click

from headwater.cli.api import Api
from headwater.cli.finding import parse_id, require
from headwater.cli.showing import json_option, moment, plain, show_fields, show_json, show_table
from headwater.incidents.schemas.severity import Severity

ROUTE = "/headwater/incidents"


@click.group()
def incident() -> None:
    """Look at incidents, which automations declare, and close them."""


@incident.command()
@click.option("--all", "everything", is_flag=True, help="Those that are closed, too.")
@click.option(
    "--severity",
    "severities",
    type=click.Choice([str(one) for one in Severity]),
    multiple=True,
    help="Those of that severity alone; may be said several times.",
)
@click.option("--limit", type=click.IntRange(1), default=15, help="How many; 15 by default.")
@json_option
def ls(everything: bool, severities: tuple[str, ...], limit: int, as_json: bool) -> None:
    """List the latest that are open."""
    wanted: dict[str, Any] = {} if everything else {"open": True}
    if severities:
        wanted["severities"] = list(severities)
    found = Api().list_all(f"{ROUTE}/filter", wanted, limit)
    if as_json:
        show_json(found)
        return
    show_table(
        ["ID", "DECLARED", "SEVERITY", "CLOSED", "TITLE"],
        [
            [
                one["id"],
                moment(one["created"]),
                one["severity"],
                moment(one["closed"]),
                one["title"],
            ]
            for one in found
        ],
        "There are no such incidents.",
    )


@incident.command()
@click.argument("incident_id", metavar="ID")
@json_option
def inspect(incident_id: str, as_json: bool) -> None:
    """Show one, with what it is about."""
    found = _find(Api(), incident_id)
    if as_json:
        show_json(found)
        return
    about = [
        f"{one['prefect.resource.role']} {one['prefect.resource.id']}" for one in found["related"]
    ]
    show_fields(
        {
            "ID": found["id"],
            "Title": found["title"],
            "Description": found["description"] or None,
            "Severity": found["severity"],
            "Automation": found["automation_id"],
            "About": "\n".join(about) or None,
            "Declared": moment(found["created"]),
            "Closed": moment(found["closed"]),
            "Note": found["note"],
        }
    )


@incident.command()
@click.argument("incident_id", metavar="ID")
@click.option("--note", help="What was found, or done.")
@json_option
def close(incident_id: str, note: str | None, as_json: bool) -> None:
    """Close one."""
    api = Api()
    found = _find(api, incident_id)
    api.post(f"{ROUTE}/{found['id']}/close", {"note": note})
    if as_json:
        show_json(_find(api, found["id"]))
        return
    click.echo(f"Closed the incident {plain(found['title'])}.")


def _find(api: Api, incident_id: str) -> Any:
    own_id = parse_id(incident_id)
    found = None if own_id is None else api.find(f"{ROUTE}/{{}}", own_id)
    return require(found, "incident", incident_id)
