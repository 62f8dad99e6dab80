"""Who calls: which major version of the client, by its User-Agent (as the clients send it)."""

import re
from dataclasses import dataclass
from enum import IntEnum

from flask import abort, request

_AGENT = re.compile(r"^prefect/(?P<version>(?P<major>\d+)\.\d+\.\d+[a-z.+0-9]*) \(API \S+\)$")
_RELEASE = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})")
_VERSION = re.compile(r"[0-9]{1,99}\.[0-9]{1,99}\.[0-9]{1,99}")
API_VERSION = "0.8.4"
OLDEST_API_VERSION = (0, 8, 0)


class Major(IntEnum):
    """The two majors of the wire contract."""

    TWO = 2
    THREE = 3


@dataclass(frozen=True)
class Caller:
    """*version* is the client's, None for whoever is no such client; those count as major 3."""

    major: Major
    version: str | None

    @property
    def release(self) -> tuple[int, ...] | None:
        """Return the numbers of the version; of `3.0.0rc20` they are those of 3.0.0."""
        found = _RELEASE.match(self.version or "")
        return None if found is None else tuple(map(int, found.groups()))


def current_caller() -> Caller:
    found = _AGENT.match(request.headers.get("User-Agent", ""))
    if found is None:
        return Caller(Major.THREE, None)
    major = Major.TWO if found["major"] == "2" else Major.THREE
    return Caller(major, found["version"])


def refuse_nul() -> None:
    """Refuse an address with a NUL in it: PostgreSQL takes none, so nothing can have that name."""
    if "\0" in request.path:
        abort(404)


def check_api_version() -> None:
    """Refuse a client of an API older than ours; one that names no version speaks the latest."""
    # Not by `request.headers`, which goes through all of them, at each request.
    wanted: str | None = request.environ.get("HTTP_X_PREFECT_API_VERSION")
    if wanted is None or wanted == API_VERSION or not request.path.startswith("/api/"):
        return
    if not _VERSION.fullmatch(wanted):
        abort(
            400,
            "Invalid X-PREFECT-API-VERSION header format."
            f"Expected header in format 'x.y.z' but received {wanted}",
        )
    if tuple(map(int, wanted.split("."))) < OLDEST_API_VERSION:
        oldest = ".".join(map(str, OLDEST_API_VERSION))
        abort(
            400,
            f"The request specified API version {wanted} but this server requires version "
            f"{oldest} or higher.",
        )
