"""Where two servers' rows differ: a line a place."""

from collections.abc import Iterator
from typing import Any

Apart = tuple[set[str], set[str]]
# What Headwater alone answers, to clients that do not miss it in their own server.
OURS_ALONE: dict[str, set[str]] = {
    "3.9": set(),
    "2.20": {
        # Keys of the newer major.
        "deferred", "deployment_version", "job_variables", "labels",
        # A result's description, which the older server keeps beside the state.
        "artifact_description", "artifact_type",
        # A run that ended without having run has them all the same, as in the newer server.
        "end_time", "start_time",
    },
}  # fmt: skip
# What a run beyond its retries still says in the older server, which hides it from workers.
THEIRS_ALONE: dict[str, set[str]] = {"3.9": set(), "2.20": {"retry_type"}}


def list_differences(major: str, ours: Any, theirs: Any) -> Iterator[str]:
    """Yield "place: ours ..., theirs ..."."""
    apart = (OURS_ALONE[major], THEIRS_ALONE[major])
    return _differences(ours, theirs, apart, "")


def _differences(ours: Any, theirs: Any, apart: Apart, place: str) -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        missing = "<missing>"
        ours_alone, theirs_alone = apart
        keys = ours.keys() | theirs.keys()
        keys -= (ours_alone - theirs.keys()) | (theirs_alone - ours.keys())
        for key in sorted(keys):
            yield from _differences(
                ours.get(key, missing), theirs.get(key, missing), apart, f"{place}.{key}"
            )
    elif isinstance(ours, list) and isinstance(theirs, list):
        for index, (mine, other) in enumerate(zip(ours, theirs, strict=False)):
            yield from _differences(mine, other, apart, f"{place}[{index}]")
        for index in range(len(theirs), len(ours)):
            yield f"{place.lstrip('.')}[{index}]: ours alone {_short(ours[index])}"
        for index in range(len(ours), len(theirs)):
            yield f"{place.lstrip('.')}[{index}]: theirs alone {_short(theirs[index])}"
    elif ours != theirs:
        yield f"{place.lstrip('.')}: ours {_short(ours)}, theirs {_short(theirs)}"


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 160 else f"{shown[:159]}…"
