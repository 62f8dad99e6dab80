"""Gives the views of collections: kinds of workers, as the packages that bring them have them."""

from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from headwater.errors import NotFoundError

WORKERS = "aggregate-worker-metadata"
AGENT = ("prefect", "prefect-agent")  # the package and the kind that only 2.20 has


def get_view(name: str, *, agents: bool) -> orjson.Fragment:
    """Return a view as JSON; *agents*: with the kind of work pool that agents of 2.x serve.

    Raise NotFoundError for a view that there is not.
    """
    if name != WORKERS:
        raise NotFoundError(f"View {name} not found in registry")
    return _read_workers(agents=agents)


@cache
def _read_workers(*, agents: bool) -> orjson.Fragment:
    packages: dict[str, dict[str, Any]] = orjson.loads(
        files(__package__).joinpath("workers.json").read_bytes()
    )
    package, kind = AGENT
    if not agents:
        del packages[package][kind]
    return orjson.Fragment(orjson.dumps(packages))
