"""Rows of pools, queues and workers as the wire shows them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from orjson import Fragment
from packaging.version import InvalidVersion, Version

from headwater.db.json import fragment, parse
from headwater.web.caller import Caller, Major
from headwater.work.rules.statuses import worker_status

Shown = dict[str, Any]
_HIDDEN = {"workspace_id", "status_event_id", "status_changed", "work_pool_type"}
# Clients up to this one refuse a storage configuration that names the block of results.
_STRICT = Version("3.3.7")
_RESULTS = "default_result_storage_block_id"


def show_pool(row: Mapping[str, Any], caller: Caller) -> Shown:
    """Return a pool; what 3.x alone has, the older client passes over."""
    shown = _show(row)
    if caller.major is Major.THREE and is_strict(caller.version):
        shown["storage_configuration"] = _without_results(row["storage_configuration"])
    return shown


def show_queue(row: Mapping[str, Any]) -> Shown:
    return _show(row)


def show_new(row: Mapping[str, Any]) -> Shown:
    """Return a pool or a queue that was made just now: no run holds a slot of it."""
    return {**row, "active_slots": None if row["concurrency_limit"] is None else 0}


def show_worker(row: Mapping[str, Any], now: datetime) -> Shown:
    interval = row["heartbeat_interval_seconds"]
    status = worker_status(row["last_heartbeat_time"], interval, now)
    return _show(row) | {"status": status}


def _show(row: Mapping[str, Any]) -> Shown:
    return {name: value for name, value in row.items() if name not in _HIDDEN}


def is_strict(version: str | None) -> bool:
    try:
        return version is not None and Version(version) <= _STRICT
    except InvalidVersion:
        return False


def _without_results(storage: Fragment) -> Fragment:
    return fragment({k: v for k, v in parse(storage).items() if k != _RESULTS})
