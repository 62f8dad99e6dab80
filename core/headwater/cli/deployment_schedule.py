"""`headwater deployment schedule`: looks at schedules, and says what becomes of late runs."""

from typing import Any

import click

from headwater.cli.api import Api
from headwater.cli.finding import find_deployment, parse_id
from headwater.cli.showing import json_option, plain, show_json, show_table
from headwater.cli.values import Number

MOST = "late-runs-max-seconds"


@click.group()
def schedule() -> None:
    """Look at a deployment's schedules, and say what becomes of their late runs.

    DEPLOYMENT is FLOW/NAME or an id, SCHEDULE a slug or an id.
    """


@schedule.command()
@click.argument("name", metavar="DEPLOYMENT")
@json_option
def ls(name: str, as_json: bool) -> None:
    """List the schedules of a deployment."""
    found = find_deployment(Api(), name)["schedules"]
    if as_json:
        show_json(found)
        return
    show_table(
        ["ID", "SLUG", "SCHEDULE", "LATE RUNS"],
        [[one["id"], one["slug"], describe(one), describe_late_runs(one)] for one in found],
        "The deployment has no schedules.",
    )


@schedule.command()
@click.argument("name", metavar="DEPLOYMENT")
@click.argument("which", metavar="[SCHEDULE]", required=False)
@click.option(
    "--late-runs",
    type=click.Choice(["all", "latest", "none"]),
    help="Which runs that nobody began in time are begun later.",
)
@click.option(
    f"--{MOST}",
    type=Number(min=0, min_open=True),
    help="Skip those that are later than that.",
)
@click.option(
    "--clear", "cleared", type=click.Choice([MOST]), multiple=True, help="Have none of this again."
)
@json_option
def edit(
    name: str,
    which: str | None,
    late_runs: str | None,
    late_runs_max_seconds: float | None,
    cleared: tuple[str, ...],
    as_json: bool,
) -> None:
    """Change what is given; the rest stays. Where there is one schedule it needs no name."""
    change: dict[str, Any] = {"late_runs_max_seconds": None} if cleared else {}
    if late_runs is not None:
        change["late_runs"] = late_runs
    if late_runs_max_seconds is not None:
        change["late_runs_max_seconds"] = late_runs_max_seconds
    if not change:
        raise click.UsageError("Give what is to change.")
    api = Api()
    found = find_deployment(api, name)
    chosen = _choose(found, which, name)
    # Without them a change empties the parameters, as the clients' own server does.
    change["parameters"] = chosen["parameters"]
    path = f"/deployments/{found['id']}/schedules"
    api.patch(f"{path}/{chosen['id']}", change)
    (changed,) = (one for one in api.get(path) if one["id"] == chosen["id"])
    if as_json:
        show_json(changed)
        return
    late = describe_late_runs(changed)
    click.echo(f"Changed the schedule {plain(describe(changed))}: late runs: {late}.")


def _choose(deployment: Any, which: str | None, name: str) -> Any:
    """Return the schedule of a slug or an id, or the only one; end the command without one."""
    found = deployment["schedules"]
    hint = f"see: headwater deployment schedule ls {name}"
    if which is None and len(found) != 1:
        count = "several schedules: name one" if found else "no schedules"
        raise click.ClickException(f"the deployment {name!r} has {count}; {hint}")
    if which is None:
        return found[0]
    for one in found:
        if which == one["slug"] or parse_id(which) == one["id"]:
            return one
    raise click.ClickException(f"there is no schedule {which!r} of {name!r}; {hint}")


def describe(one: Any) -> str:
    """Return a schedule in a few words: what it goes by, and whether it is off."""
    rule = one["schedule"]
    if "cron" in rule:
        text = f"cron {rule['cron']}"
    elif "interval" in rule:
        text = f"every {rule['interval']:g} s"
    else:
        text = f"rrule {rule.get('rrule')}"
    zone = rule.get("timezone")
    return text + (f" {zone}" if zone else "") + ("" if one["active"] else " (off)")


def describe_late_runs(one: Any) -> str:
    most = one["late_runs_max_seconds"]
    limit = "" if most is None else f", by {most:g} s at most"
    return f"{one['late_runs']}{limit}"
