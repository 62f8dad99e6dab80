"""Rows as the wire shows them, to each major in its own words."""

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.web.caller import Caller, Major

Shown = dict[str, Any]
_BOTH = (
    "id", "created", "updated", "name", "version", "description", "flow_id", "paused",
    "parameters", "tags", "last_polled", "parameter_openapi_schema", "path", "pull_steps",
    "entrypoint", "storage_document_id", "infrastructure_document_id", "created_by", "updated_by",
    "work_pool_name", "status", "enforce_parameter_schema",
)  # fmt: skip
_OF_SCHEDULE = ("id", "created", "updated", "deployment_id", "schedule", "active")
_NEW_OF_SCHEDULE = (*_OF_SCHEDULE, "max_scheduled_runs", "parameters", "slug")
_OLD_OF_SCHEDULE = (*_OF_SCHEDULE, "max_scheduled_runs", "max_active_runs", "catchup")
_OWN_OF_SCHEDULE = (*_NEW_OF_SCHEDULE, "late_runs", "late_runs_max_seconds")


def show_deployment(
    row: Mapping[str, Any],
    schedules: Sequence[Mapping[str, Any]],
    limit: object | None,
    caller: Caller,
) -> Shown:
    """Return a deployment with its schedules, the last changed first, and its limit."""
    shown = {name: row[name] for name in _BOTH}
    shown["work_queue_name"] = row["queue_name"]
    shown["schedules"] = [show_schedule(each, caller) for each in schedules]
    if caller.major is Major.THREE:
        return shown | {
            "concurrency_limit": None,  # it has moved to the limit
            "global_concurrency_limit": limit,
            "concurrency_options": row["concurrency_options"],
            "job_variables": row["job_variables"],
            "labels": row["labels"],
            "work_queue_id": row["work_queue_id"],
        }
    return shown | {
        "infra_overrides": row["job_variables"],
        "manifest_path": row["manifest_path"],
        "schedule": schedules[0]["schedule"] if schedules else None,
        "is_schedule_active": not row["paused"],
    }


def show_schedule(row: Mapping[str, Any], caller: Caller) -> Shown:
    """Return a schedule as its caller knows them: clients are shown nothing that is ours."""
    names: tuple[str, ...] = _OLD_OF_SCHEDULE
    if caller.major is Major.THREE:
        names = _OWN_OF_SCHEDULE if caller.version is None else _NEW_OF_SCHEDULE
    return {name: row[name] for name in names}
