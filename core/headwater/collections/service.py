"""Gives the views of collections: kinds of workers, each under the package that brings it."""

from collections.abc import Collection
from importlib.resources import files
from typing import Any

import orjson

from headwater.collections.schemas import WorkPoolType, draw_logo
from headwater.errors import NotFoundError

WORK_POOL_TYPES = "headwater-work-pool-types"  # where the app keeps those that plugins offer
WORKERS = "aggregate-worker-metadata"
AGENT = "prefect-agent"  # the kind that only 2.20 has
View = dict[str, dict[str, Any]]


def get_view(name: str, offered: Collection[WorkPoolType], *, agents: bool) -> View:
    """Return a view; *agents*: with the kind of work pool that agents of 2.x serve.

    What a plugin offers takes the place of what is known of its type. Raise NotFoundError for a
    view that there is not.
    """
    if name != WORKERS:
        raise NotFoundError(f"View {name} not found in registry")
    left_out = {one.type for one in offered} | (set() if agents else {AGENT})
    view = {
        package: {kind: shown for kind, shown in kinds.items() if kind not in left_out}
        for package, kinds in _read_known().items()
    }
    for one in offered:
        view.setdefault(one.package, {})[one.type] = one.show()
    return {package: kinds for package, kinds in view.items() if kinds}


def _read_known() -> View:
    known: View = orjson.loads(files(__package__).joinpath("workers.json").read_bytes())
    for kinds in known.values():
        for shown in kinds.values():
            shown["logo_url"] = draw_logo(shown["display_name"])
    return known
