"""The options that say when a policy tells."""

import click
import pytest
from click.testing import CliRunner

from headwater.cli.timing import describe_timing, read_timing, timing


@click.command()
@timing
def show(**chosen):
    click.echo(read_timing(chosen))


def run(*words):
    result = CliRunner().invoke(show, words)
    return result.exit_code, result.output


def test_options_are_what_the_routes_take():
    grouped = ("--group-by", "flow", "--group-by", "tags", "--group-wait", "10s", "--repeat", "4h")
    quiet = ("--quiet", "22:00-07:00", "--quiet-zone", "Europe/Berlin", "--quiet-day", "friday")
    code, said = run(*grouped, *quiet, "--quiet-unless", "error", "--quiet-drop")

    assert code == 0
    assert said == (
        "{'grouping': {'by': ['flow', 'tags'], 'wait': 10.0, 'repeat': 14400.0}, "
        "'quiet_hours': {'start': '22:00', 'end': '07:00', 'timezone': 'Europe/Berlin', "
        "'weekdays': ['friday'], 'breaks_through': 'error', 'then': 'drop'}}\n"
    )


def test_what_is_not_chosen_is_not_sent():
    assert run() == (0, "{}\n")
    assert run("--group-by", "all") == (0, "{'grouping': {'by': []}}\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--repeat", "4h"], "Say with --group-by what is told together"),
        (["--group-by", "all", "--repeat", "4"], "write 30s, 5m, 4h or 1d"),
        (["--quiet", "22-07"], "is not like 22:00-07:00"),
        (["--quiet", "22:00-07:00"], "Say with --quiet-zone by which clock"),
        (["--quiet-drop"], "Say with --quiet when it is quiet"),
        (["--group-by", "weather"], "'flow'"),
    ],
)
def test_what_does_not_fit_is_told(words, says):
    code, said = run(*words)

    assert code == 2
    assert says in said


def test_a_policy_is_described():
    grouping = {"by": ["flow", "work_pool"], "wait": 30, "interval": 300, "repeat": 5400}
    quiet = {"timezone": "UTC", "weekdays": ["friday"], "start": "22:00", "end": "07:00"}
    policy = {"grouping": grouping, "quiet_hours": {**quiet, "breaks_through": "error"}}

    assert describe_timing(policy) == (
        ", together by flow and work pool, repeated each 90m"
        ", quiet 22:00-07:00 UTC on friday but for errors"
    )
    assert describe_timing({"grouping": {"by": [], "repeat": None}}) == ", all together"
    assert describe_timing({"grouping": None, "quiet_hours": None}) == ""
