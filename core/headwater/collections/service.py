"""Gives the views of collections: kinds of workers, as the packages that bring them have them."""

from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import orjson

from headwater.errors import NotFoundError

WORKERS = "aggregate-worker-metadata"
AGENT = ("prefect", "prefect-agent")  # the package and the kind that only 2.20 has
# The clients' newer pages leave out a kind that has no picture; the address of one elsewhere would
# tell somebody else who looks.
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="6" fill="#1d5b79"/><text x="16" y="22" fill="#fff" '
    'font-family="sans-serif" font-size="16" text-anchor="middle">{initial}</text></svg>'
)


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
    for kinds in packages.values():
        for shown in kinds.values():
            picture = PICTURE.format(initial=shown["display_name"][0])
            shown["logo_url"] = f"data:image/svg+xml,{quote(picture)}"
    return orjson.Fragment(orjson.dumps(packages))
