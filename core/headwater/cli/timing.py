"""The options of a policy that say when it tells: together with others, and not in quiet hours."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import click

from headwater.cli.values import Seconds

GROUPED_BY = ("flow", "deployment", "work_pool", "tags", "all")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OF_GROUPING = {"group_wait": "wait", "group_interval": "interval", "repeat": "repeat"}
_OF_QUIET = ("quiet_zone", "quiet_days", "quiet_unless", "quiet_drop")


def timing(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options from which `read_timing` makes what the routes take."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def read_timing(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return `grouping` and `quiet_hours`, those that are chosen; UsageError says what lacks."""
    found: dict[str, Any] = {}
    by = chosen["group_by"]
    lengths = {
        name: chosen[option] for option, name in _OF_GROUPING.items() if chosen[option] is not None
    }
    if by:
        found["grouping"] = {"by": [one for one in by if one != "all"], **lengths}
    elif lengths:
        raise click.UsageError("Say with --group-by what is told together, be it all.")
    if chosen["quiet"] is not None:
        found["quiet_hours"] = _read_quiet(chosen)
    elif any(chosen[name] for name in _OF_QUIET):
        raise click.UsageError("Say with --quiet when it is quiet, such as 22:00-07:00.")
    return found


def describe_timing(policy: Mapping[str, Any]) -> str:
    """Return what the list of policies says of it, "" where there is nothing."""
    said = ""
    if grouping := policy.get("grouping"):
        said += f", together by {' and '.join(grouping['by']).replace('_', ' ')}"
        said = said if grouping["by"] else ", all together"
        if grouping["repeat"]:
            said += f", repeated each {show_length(grouping['repeat'])}"
    if quiet := policy.get("quiet_hours"):
        days = "" if len(quiet["weekdays"]) == len(DAYS) else f" on {', '.join(quiet['weekdays'])}"
        unless = f" but for {quiet['breaks_through']}s" if quiet["breaks_through"] else ""
        said += f", quiet {quiet['start']}-{quiet['end']} {quiet['timezone']}{days}{unless}"
    return said


def _read_quiet(chosen: Mapping[str, Any]) -> dict[str, Any]:
    start, _, end = chosen["quiet"].partition("-")
    if chosen["quiet_zone"] is None:
        raise click.UsageError("Say with --quiet-zone by which clock, such as Europe/Berlin.")
    quiet = {"start": start, "end": end, "timezone": chosen["quiet_zone"]}
    if chosen["quiet_days"]:
        quiet["weekdays"] = list(chosen["quiet_days"])
    if chosen["quiet_unless"]:
        quiet["breaks_through"] = chosen["quiet_unless"]
    return quiet | ({"then": "drop"} if chosen["quiet_drop"] else {})


def _check_hours(_context: object, _option: object, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"\d\d:\d\d-\d\d:\d\d", value):
        raise click.BadParameter(f"{value!r} is not like 22:00-07:00.")
    return value


def show_length(seconds: float) -> str:
    """Return a length of time as options have it: `5m`."""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds % size == 0:
            return f"{seconds / size:g}{unit}"
    return f"{seconds:g}s"


_OPTIONS = (
    click.option(
        "--group-by",
        type=click.Choice(GROUPED_BY),
        multiple=True,
        help="Tell in one message what is alike in this.",
    ),
    click.option(
        "--group-wait", type=Seconds(), help="How long the first waits for others; 30s by default."
    ),
    click.option(
        "--group-interval", type=Seconds(), help="At most one message in this time; 5m by default."
    ),
    click.option("--repeat", type=Seconds(), help="Tell again after this what still fails: 4h."),
    click.option("--quiet", callback=_check_hours, help="Hours without messages: 22:00-07:00."),
    click.option("--quiet-zone", help="By which clock: Europe/Berlin."),
    click.option(
        "--quiet-day",
        "quiet_days",
        type=click.Choice(DAYS),
        multiple=True,
        help="A day on which they begin; by default each.",
    ),
    click.option(
        "--quiet-unless",
        type=click.Choice(("error", "warning")),
        help="What is told in them anyway.",
    ),
    click.option("--quiet-drop", is_flag=True, help="Drop what happens in them; else told after."),
)
