"""Named sets of settings in `$HEADWATER_HOME/profiles.toml`, one of them active."""

import fcntl
import os
import re
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import InlineTable

from headwater.errors import ConfigError
from headwater.settings.names import PROFILES, nearest

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
Tables = MutableMapping[str, MutableMapping[str, Any]]


class Profiles:
    """The profiles of one home. All raise ConfigError for a name that is not there, or taken."""

    def __init__(self, text: str = "") -> None:
        try:
            self._document = tomlkit.parse(text)
        except TOMLKitError as error:
            raise ConfigError(f"{PROFILES} is no TOML: {error}; mend it by hand") from None
        _check(self._document.unwrap())

    @classmethod
    def read(cls, home: Path) -> "Profiles":
        try:
            return cls((home / PROFILES).read_text("utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise ConfigError(f"{home / PROFILES} cannot be read: {reason}") from None

    @classmethod
    @contextmanager
    def edited(cls, home: Path) -> Iterator["Profiles"]:
        """Give the profiles to change, and keep them afterwards; two such changes take turns."""
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (home / f"{PROFILES}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                profiles = cls.read(home)
                yield profiles
                _replace(home / PROFILES, profiles.text)
        except OSError as error:
            raise ConfigError(f"{home / PROFILES} cannot be written: {error.strerror}") from None

    @property
    def text(self) -> str:
        return tomlkit.dumps(self._document)

    @property
    def active(self) -> str | None:
        return self._document.unwrap().get("active")

    @property
    def names(self) -> list[str]:
        return sorted(self._document.unwrap().get("profiles", {}))

    def values(self, name: str) -> dict[str, object]:
        self.require(name)
        return cast(dict[str, object], self._document.unwrap()["profiles"][name])

    def create(self, name: str, values: Mapping[str, object] | None = None) -> None:
        self._require_free(name)
        if "profiles" not in self._document:
            self._document["profiles"] = tomlkit.table(is_super_table=True)
        inline = isinstance(self._document["profiles"], InlineTable)
        self._tables[name] = tomlkit.inline_table() if inline else tomlkit.table()
        self.set(name, values or {})

    def use(self, name: str) -> None:
        self.require(name)
        self._document["active"] = name

    def rename(self, old: str, new: str) -> None:
        values = self.values(old)
        self.create(new, values)
        if self.active == old:
            self.use(new)
        self.delete(old)

    def delete(self, name: str) -> None:
        """Take the profile away; if it was the active one, none is active after."""
        self.require(name)
        del self._tables[name]
        if self.active == name:
            del self._document["active"]

    def set(self, name: str, values: Mapping[str, object]) -> None:
        self.require(name)
        self._tables[name].update(values)

    def unset(self, name: str, key: str) -> None:
        if key not in self.values(name):
            hint = nearest(key, self.values(name)) or f"see `headwater profile inspect {name}`"
            raise ConfigError(f"{key} is not set in profile {name!r}; {hint}")
        del self._tables[name][key]

    def require(self, name: str) -> None:
        if name not in self.names:
            hint = nearest(name, self.names) or f"make it: headwater profile create {name}"
            raise ConfigError(f"there is no profile {name!r}; {hint}")

    def _require_free(self, name: str) -> None:
        if not NAME.fullmatch(name):
            raise ConfigError(
                f"{name!r} cannot name a profile; use up to 64 letters, digits, - and _"
            )
        if name in self.names:
            raise ConfigError(f"there is a profile {name!r} already; choose another name")

    @property
    def _tables(self) -> Tables:
        return cast(Tables, self._document["profiles"])


def _check(document: Mapping[str, Any]) -> None:
    if not isinstance(document.get("active", ""), str):
        raise ConfigError(f'{PROFILES}: active must be the name of a profile: active = "name"')
    profiles = document.get("profiles", {})
    if not isinstance(profiles, dict) or not all(isinstance(p, dict) for p in profiles.values()):
        raise ConfigError(f"{PROFILES}: each profile must be a table: [profiles.name]")
    for name, values in profiles.items():
        for key, value in values.items():
            if not isinstance(value, str | int | list):
                raise ConfigError(f"{PROFILES}: {key} of profile {name!r} must be a string")


def _replace(path: Path, text: str) -> None:
    """Write the whole file or nothing of it, for its owner alone: profiles hold secrets."""
    target = path.resolve()  # people link to the file from elsewhere
    # Made with mode 0600.
    with NamedTemporaryFile("wb", dir=target.parent, prefix=f"{PROFILES}.", delete=False) as new:
        try:
            new.write(text.encode("utf-8"))
            new.flush()
            os.fsync(new.fileno())
            os.replace(new.name, target)
        except BaseException:
            os.unlink(new.name)
            raise
