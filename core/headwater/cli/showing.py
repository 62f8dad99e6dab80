"""How commands show what the API has: aligned columns for people, JSON for scripts."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import click

json_option: Callable[[Any], Any] = click.option(
    "as_json", "--json", is_flag=True, help="Print JSON."
)
# What a terminal would obey: a name that somebody chose, or a line that somebody logged.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def show_json(value: object) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def plain(value: object) -> str:
    """Return a value as text that no terminal acts upon."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _CONTROL.sub(lambda sign: f"\\x{ord(sign[0]):02x}", text)


def moment(text: str | None) -> str:
    """Return a time of the API as people here read it."""
    if text is None:
        return "-"
    return datetime.fromisoformat(text).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def show_deleted(kind: str, name: str, own_id: str, *, as_json: bool) -> None:
    """Say that something is gone: by its name, or for scripts by its id."""
    if as_json:
        show_json({"deleted": own_id})
        return
    click.echo(f"Deleted the {kind} {plain(name)}.")


def show_table(titles: Sequence[str], rows: Iterable[Sequence[object]], none: str) -> None:
    """Show rows under their titles, or say what there is *none* of, where scripts do not read."""
    lines = [[plain(value).replace("\n", " ") for value in row] for row in rows]
    if not lines:
        click.echo(none, err=True)
        return
    widths = [max(map(len, column)) for column in zip(titles, *lines, strict=True)]
    for line in [list(titles), *lines]:
        padded = (value.ljust(width) for value, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def show_fields(fields: Mapping[str, object]) -> None:
    """Show one thing, a field a line."""
    width = max(map(len, fields)) + 1
    for title, value in fields.items():
        first, *more = plain(value).split("\n")
        click.echo(f"{title + ':':<{width}} {first}".rstrip())
        for line in more:
            click.echo(f"{'':<{width}} {line}")
