"""`headwater flow-run`: looks at flow runs, cancels and deletes them."""

from typing import Any

import click

from headwater.cli.api import Api
from headwater.cli.asking import ask, yes_option
from headwater.cli.finding import find_flow_run, list_flow_names
from headwater.cli.showing import (
    json_option,
    moment,
    plain,
    show_deleted,
    show_fields,
    show_json,
    show_table,
)

LEVELS = {10: "DEBUG", 20: "INFO", 30: "WARNING", 40: "ERROR", 50: "CRITICAL"}
ENDED = frozenset({"COMPLETED", "FAILED", "CANCELLED", "CRASHED"})


@click.group("flow-run")
def flow_run() -> None:
    """Look at flow runs, cancel and delete them. RUN is a run's id or its name."""


@flow_run.command()
@click.option("--limit", type=click.IntRange(1), default=15, help="How many; 15 by default.")
@click.option("--state", "states", multiple=True, metavar="NAME", help="Only runs in this state.")
@click.option("--flow", metavar="NAME", help="Only runs of this flow.")
@json_option
def ls(limit: int, states: tuple[str, ...], flow: str | None, as_json: bool) -> None:
    """List the latest runs, those that are still to come first."""
    wanted: dict[str, Any] = {"sort": "EXPECTED_START_TIME_DESC"}
    if states:
        # Names are written Running, types RUNNING: people mean either.
        names = sorted({name for state in states for name in (state, state.title())})
        wanted["flow_runs"] = {"state": {"name": {"any_": names}}}
    if flow is not None:
        wanted["flows"] = {"name": {"any_": [flow]}}
    api = Api()
    runs = api.list_all("/flow_runs/filter", wanted, limit)
    if as_json:
        show_json(runs)
        return
    flows = list_flow_names(api, runs)
    show_table(
        ["ID", "FLOW", "NAME", "STATE", "WHEN"],
        [
            [run["id"], flows.get(run["flow_id"]), run["name"], run["state_name"], _when(run)]
            for run in runs
        ],
        "There are no such flow runs.",
    )


@flow_run.command()
@click.argument("run")
@json_option
def inspect(run: str, as_json: bool) -> None:
    """Show one run."""
    api = Api()
    found = find_flow_run(api, run)
    if as_json:
        show_json(found)
        return
    state = found["state"] or {}
    show_fields(
        {
            "ID": found["id"],
            "Name": found["name"],
            "Flow": list_flow_names(api, [found]).get(found["flow_id"]),
            "Deployment": found["deployment_id"],
            "State": found["state_name"],
            "Message": state.get("message"),
            "Expected": moment(found["expected_start_time"]),
            "Started": moment(found["start_time"]),
            "Ended": moment(found["end_time"]),
            "Seconds": found["total_run_time"],
            "Attempts": found["run_count"],
            "Tags": ", ".join(found["tags"]) or None,
            "Parameters": found["parameters"],
        }
    )


@flow_run.command()
@click.argument("run")
@click.option("--tail", type=click.IntRange(1), metavar="LINES", help="Only the last lines.")
@json_option
def logs(run: str, tail: int | None, as_json: bool) -> None:
    """Show what a run and its tasks logged, the oldest first."""
    api = Api()
    of_run = {"logs": {"flow_run_id": {"any_": [find_flow_run(api, run)["id"]]}}}
    order = "TIMESTAMP_ASC" if tail is None else "TIMESTAMP_DESC"
    lines = api.list_all("/logs/filter", {**of_run, "sort": order}, tail)
    if tail is not None:
        lines.reverse()
    if as_json:
        show_json(lines)
        return
    for line in lines:
        level = LEVELS.get(line["level"], str(line["level"]))
        text = plain(line["message"])
        click.echo(f"{moment(line['timestamp'])} | {level:<8} | {plain(line['name'])} - {text}")
    if not lines:
        click.echo("It has logged nothing.", err=True)


@flow_run.command()
@click.argument("run")
@json_option
def cancel(run: str, as_json: bool) -> None:
    """Cancel a run. Its process ends it; where none runs yet it is cancelled at once."""
    api = Api()
    found = find_flow_run(api, run)
    state = {"type": "CANCELLING", "name": "Cancelling", "message": "Cancelled by headwater."}
    answer = api.post(f"/flow_runs/{found['id']}/set_state", {"state": state})
    name, now = plain(found["name"]), answer["state"] or {}
    if now.get("type") not in ("CANCELLING", "CANCELLED"):
        reason = answer["details"].get("reason") or f"it is {found['state_name']}"
        raise click.ClickException(f"the run {name} was not cancelled: {plain(reason)}")
    if as_json:
        show_json(answer)
        return
    click.echo(f"The run {name} is {plain(now['name'])}.")


@flow_run.command()
@click.argument("run")
@yes_option
@json_option
def delete(run: str, yes: bool, as_json: bool) -> None:
    """Delete a run with its task runs, states and logs."""
    api = Api()
    found = find_flow_run(api, run)
    going = "" if found["state_type"] in ENDED else ", which has not ended,"
    name = plain(found["name"])
    ask(f"Delete the run {name}{going} with its task runs, states and logs?", yes=yes)
    api.delete(f"/flow_runs/{found['id']}")
    show_deleted("run", found["name"], found["id"], as_json=as_json)


def _when(run: Any) -> str:
    return moment(run["start_time"] or run["expected_start_time"])
