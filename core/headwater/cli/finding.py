"""Finds on the server what people name on the command line."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import click

from headwater.cli.api import Api


def require(found: Any, kind: str, name: str) -> Any:
    """Return what was found; end the command where it is None, and say what lists the others."""
    if found is None:
        group = kind.replace(" ", "-")
        raise click.ClickException(f"there is no {kind} {name!r}; see: headwater {group} ls")
    return found


def require_one(found: Sequence[Any], kinds: str, kind: str, name: str) -> Any:
    """Return what was found by its name; end the command where that is none, or several."""
    if len(found) > 1:
        group = kind.replace(" ", "-")
        raise click.ClickException(
            f"several {kinds} are called {name!r}: give the id, as `headwater {group} ls` has it"
        )
    return require(found[0] if found else None, kind, name)


def find_by_id_or_pair(
    api: Api, kind: str, name: str, *, by_id: str, by_pair: str, form: str
) -> Any:
    """Return what has *name*, an id or two names as in *form*; end the command where nothing has.

    *by_id* and *by_pair* are paths, as `Api.find` takes them.
    """
    if (own_id := parse_id(name)) is not None:
        return require(api.find(by_id, own_id), kind, name)
    first, sign, second = name.partition("/")
    if not (first and sign and second):
        raise click.UsageError(f"{name!r} is no {form} and no id.")
    return require(api.find(by_pair, first, second), kind, name)


def find_deployment(api: Api, name: str) -> Any:
    return find_by_id_or_pair(
        api,
        "deployment",
        name,
        by_id="/deployments/{}",
        by_pair="/deployments/name/{}/{}",
        form="FLOW/NAME",
    )


def find_channel(api: Api, name: str) -> Any:
    """Return the channel of an id, a name, or `type/name`; end the command where there is none."""
    parts = name.split("/")
    return require(api.find("/headwater/channels" + "/{}" * len(parts), *parts), "channel", name)


def find_flow_run(api: Api, run: str) -> Any:
    """Return the run of an id, or the one of a name; end the command where there is none."""
    if (run_id := parse_id(run)) is not None:
        return require(api.find("/flow_runs/{}", run_id), "flow run", run)
    runs = api.list_all("/flow_runs/filter", {"flow_runs": {"name": {"any_": [run]}}}, 2)
    return require_one(runs, "flow runs", "flow run", run)


def parse_id(name: str) -> str | None:
    """Return the id that *name* is, or None."""
    try:
        return str(UUID(name))
    except ValueError:
        return None


def list_flow_names(api: Api, of: Iterable[Any]) -> dict[str, str]:
    """Return the names of the flows of runs or deployments, by id."""
    ids = sorted({one["flow_id"] for one in of})
    flows = api.list_all("/flows/filter", {"flows": {"id": {"any_": ids}}}) if ids else []
    return {flow["id"]: flow["name"] for flow in flows}
