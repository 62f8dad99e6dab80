"""The names that people write: of settings, in the environment and in profiles."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

PREFIX = "HEADWATER_"
PROFILES = "profiles.toml"  # in HEADWATER_HOME
# A plugin's own keys, HEADWATER_<ID>__*: only the plugin knows which there are.
PLUGIN_KEY = re.compile(r"HEADWATER_[A-Z0-9]+__[A-Za-z0-9_]+")


def name_of(field: str) -> str:
    return f"{PREFIX}{field.upper()}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a question that names the known name most like *name*, or nothing.

    The prefix does not count, nor does that of the clients' settings, which people paste.
    """
    by_rest = {each.removeprefix(PREFIX): each for each in known}
    near = get_close_matches(name.removeprefix(PREFIX).removeprefix("PREFECT_"), by_rest, n=1)
    return f"did you mean {by_rest[near[0]]}?" if near else ""
