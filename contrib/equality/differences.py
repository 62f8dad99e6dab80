"""Where two servers' rows differ: a line a place, those that are known apart."""

from collections.abc import Iterator
from typing import Any

# What Headwater answers besides, to whichever major: the newer one's keys, and what results carry.
MORE_THAN_2_20 = {
    "deferred", "labels", "traceparent", "deployment_concurrency_lease_id", "job_variables",
    "artifact_type", "artifact_description", "deployment_version", "work_queue_id",
}  # fmt: skip


def list_differences(ours: Any, theirs: Any, place: str = "") -> Iterator[str]:
    """Yield "place: ours, theirs"; what only we have of MORE_THAN_2_20 is no difference."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted(ours.keys() | theirs.keys()):
            if key in MORE_THAN_2_20 and key not in theirs:
                continue
            missing = "<missing>"
            yield from list_differences(
                ours.get(key, missing), theirs.get(key, missing), f"{place}.{key}"
            )
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from list_differences(mine, other, f"{place}[{index}]")
    elif ours != theirs:
        yield f"{place.lstrip('.')}: ours {_short(ours)}, theirs {_short(theirs)}"


def _short(value: Any) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    shown = repr(value)
    return shown if len(shown) <= 120 else f"{shown[:119]}…"
