"""Writes the packages that plugins begin as, from the files beside this one.

A file `NAME.in` becomes NAME. `@name@` and the like, in its path and its text, stand for what
`Names` has of that name.
"""

import re
import tempfile
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from headwater.errors import ConfigError

KINDS = ("channel", "panel", "storage")
HERE = Path(__file__).parent
PREFIX = "headwater-"
SUFFIX = ".in"
LONGEST_NAME = 30
_NAME = re.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PLACE = re.compile(r"@(\w+)@")


@dataclass(frozen=True)
class Names:
    """What a plugin of one name is called, here and there."""

    name: str  # fog-horn
    id: str  # foghorn
    distribution: str  # headwater-fog-horn
    package: str  # headwater_fog_horn
    Class: str  # FogHorn
    title: str  # Fog Horn
    api: str  # the range of headwater.api


def names_of(name: str, api_version: str) -> Names:
    """Return all names of a plugin; raise ConfigError for a name that cannot be one."""
    name = name.removeprefix(PREFIX)
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise ConfigError(
            f"{name!r} cannot be the name of a plugin: it takes lower-case letters, digits and - "
            f"between them, begins with a letter and has {LONGEST_NAME} characters at most"
        )
    words = name.split("-")
    major = int(api_version.split(".")[0])
    return Names(
        name=name,
        id="".join(words),
        distribution=f"{PREFIX}{name}",
        package=f"{PREFIX}{name}".replace("-", "_"),
        Class="".join(map(str.capitalize, words)),
        title=" ".join(map(str.capitalize, words)),
        api=f">={api_version},<{major + 1}",
    )


def write_package(kind: str, names: Names, folder: Path) -> None:
    """Write the whole package to *folder*, which must not be there yet, or nothing."""
    if folder.exists() or folder.is_symlink():
        raise ConfigError(f"{folder} is there already: give another --folder")
    try:
        # Beside it, since a folder of another disk could not be moved there at once.
        with tempfile.TemporaryDirectory(prefix=".new-plugin-", dir=folder.parent) as place:
            written = Path(place) / "package"
            written.mkdir()
            for part in ("all", kind):
                _fill(HERE / part, names, written)
            written.rename(folder)
    except OSError as error:
        raise ConfigError(f"{folder} cannot be written: {error.strerror}") from None


def _fill(skeleton: Path, names: Names, folder: Path) -> None:
    fill = partial(_PLACE.sub, lambda found: str(asdict(names)[found[1]]))
    for source in sorted(skeleton.rglob(f"*{SUFFIX}")):
        path = folder / fill(str(source.relative_to(skeleton))).removesuffix(SUFFIX)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(fill(source.read_text()))
