"""Gathers raw values from the sources of settings, the strongest first."""

from collections.abc import Collection, Mapping
from pathlib import Path

from headwater.settings.names import PLUGIN_KEY, PREFIX, name_of, nearest

FLAG = "flag"
ENVIRONMENT = "environment"
DEFAULT = "default"
ALL_NAMES = "`headwater config set --help` lists those there are"
_FILE = "_FILE"


class Gathered:
    """Raw values by field, where each came from, and what is wrong: a sentence each.

    *fields* are the settings there are, *secrets* those that a file may hold.
    """

    def __init__(self, fields: Collection[str], secrets: Collection[str]) -> None:
        self.values: dict[str, object] = {}
        self.origins: dict[str, str] = {}
        self.problems: list[str] = []
        self._fields = {name_of(field): field for field in fields}
        self._files = {name_of(field) + _FILE: field for field in secrets}

    def add_flags(self, flags: Mapping[str, object]) -> None:
        for field, value in flags.items():
            if field in self._fields.values():
                self._keep(field, value, FLAG)
            else:
                self._refuse(name_of(field), "")

    def add_environment(self, environment: Mapping[str, str]) -> None:
        """Take what bears our prefix; plugins read their own keys themselves."""
        ours = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
        self._add(
            {name: ours[name] for name in sorted(ours) if not PLUGIN_KEY.fullmatch(name)},
            ENVIRONMENT,
        )

    def add_profile(self, profile: str, named: Mapping[str, object]) -> None:
        origin = f"profile {profile!r}"
        taken = dict(named)
        for name in named:
            if reason := refused_in_profiles(name):
                self.problems.append(f"{origin}: {reason}")
                del taken[name]
        self._add(taken, origin)

    def place_of(self, field: str) -> str:
        """Return what tells *field* apart in a sentence: its name, and its profile if in one."""
        origin = self.origins.get(field, DEFAULT)
        return f"{origin}: {name_of(field)}" if origin.startswith("profile") else name_of(field)

    def _add(self, named: Mapping[str, object], origin: str) -> None:
        where = f"{origin}: " if origin != ENVIRONMENT else ""
        # An empty value is none: compose files and shells pass those for what is not set.
        given = {name: value for name, value in named.items() if value != ""}
        for name, value in given.items():
            if name in self._fields:
                self._keep(self._fields[name], value, origin)
            elif name not in self._files:
                self._refuse(name, where)
            elif name.removesuffix(_FILE) in given:
                other = name.removesuffix(_FILE)
                self.problems.append(f"{where}{other} and {name} are both set; unset one of them")
            else:
                self._add_file(self._files[name], name, str(value), where)

    def _add_file(self, field: str, name: str, path: str, where: str) -> None:
        if field in self.values:
            return
        try:
            text = Path(path).expanduser().read_text("utf-8")
        except (OSError, RuntimeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            self.problems.append(f"{where}{name}: {path} cannot be read: {reason}")
        else:
            self._keep(field, text.rstrip("\r\n"), f"file {path}")

    def _keep(self, field: str, value: object, origin: str) -> None:
        if field not in self.values:
            self.values[field] = value
            self.origins[field] = origin

    def _refuse(self, name: str, where: str) -> None:
        hint = nearest(name, [*self._fields, *self._files]) or ALL_NAMES
        self.problems.append(f"{where}{name} is not a setting; {hint}")


def refused_in_profiles(name: str) -> str:
    """Say why a profile cannot hold *name*, if it cannot whatever its value."""
    if name in (name_of("home"), name_of("profile")):
        return f"{name} says which profile is read, so it cannot be in one; use the environment"
    if PLUGIN_KEY.fullmatch(name):
        return f"{name} is a plugin's own and is read from the environment only; set it there"
    return ""
