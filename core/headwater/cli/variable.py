"""`headwater variable`: looks at variables and sets them."""

import json
from typing import Any

import click

from headwater.cli.api import Api
from headwater.cli.asking import ask, yes_option
from headwater.cli.finding import require
from headwater.cli.showing import json_option, plain, show_deleted, show_json, show_table
from headwater.cli.values import parse_value

PATH = "/variables/name/{}"


@click.group()
def variable() -> None:
    """Look at variables, set and unset them."""


@variable.command()
@json_option
def ls(as_json: bool) -> None:
    """List the variables."""
    found = Api().list_all("/variables/filter", {"sort": "NAME_ASC"})
    if as_json:
        show_json(found)
        return
    show_table(
        ["NAME", "VALUE", "TAGS"],
        [[one["name"], one["value"], ", ".join(one["tags"]) or None] for one in found],
        "There are no variables.",
    )


@variable.command()
@click.argument("name")
@json_option
def get(name: str, as_json: bool) -> None:
    """Print the value of a variable: a text as it is, all else as JSON."""
    found = _find(Api(), name)
    if as_json:
        show_json(found)
        return
    value = found["value"]
    click.echo(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


@variable.command("set")
@click.argument("name")
@click.argument("value")
@click.option("--tag", "tags", multiple=True, help="A tag; there may be several.")
@click.option("--text", is_flag=True, help="Take the value as a text, whatever it looks like.")
@click.option("--overwrite", is_flag=True, help="Change a variable that there is already.")
@json_option
def set_value(
    name: str, value: str, tags: tuple[str, ...], text: bool, overwrite: bool, as_json: bool
) -> None:
    """Set a variable. The value is JSON, or else a text."""
    api = Api()
    body: dict[str, Any] = {"value": value if text else parse_value(value)}
    if tags:
        body["tags"] = list(tags)
    there = api.find(PATH, name)
    if there is None:
        api.post("/variables/", {"name": name, **body})
    elif overwrite:
        api.patch(PATH.format(name), body)
    else:
        raise click.ClickException(
            f"there is a variable {name!r} already; give --overwrite to change it"
        )
    if as_json:
        show_json(_find(api, name))
        return
    click.echo(f"{'Set' if there is None else 'Changed'} the variable {plain(name)}.")


@variable.command()
@click.argument("name")
@yes_option
@json_option
def unset(name: str, yes: bool, as_json: bool) -> None:
    """Delete a variable."""
    api = Api()
    found = _find(api, name)
    ask(f"Delete the variable {plain(name)}?", yes=yes)
    api.delete(PATH.format(name))
    show_deleted("variable", name, found["id"], as_json=as_json)


def _find(api: Api, name: str) -> Any:
    return require(api.find(PATH, name), "variable", name)
