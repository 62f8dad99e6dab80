"""What a request says of a deployment, as the columns of its row."""

from typing import Any

from orjson import Fragment

from headwater.db.json import fragment
from headwater.deployments.schemas.deployments import (
    ConcurrencyOptions,
    DeploymentCreate,
    DeploymentUpdate,
)
from headwater.runs.service.flow_runs import dump_parameters
from headwater.web.caller import Major

NOT_READY = "NOT_READY"
_PLAIN = (
    "version", "description", "path", "entrypoint", "manifest_path", "storage_document_id",
    "infrastructure_document_id", "tags",
)  # fmt: skip
_MAY_BE_NULL_JSON = ("parameter_openapi_schema", "pull_steps")


def defaults(major: Major) -> dict[str, Any]:
    new = major is Major.THREE
    return dict.fromkeys(_PLAIN) | {
        "paused": False,
        "status": NOT_READY,
        "last_polled": None,
        "tags": [],
        "parameters": Fragment("{}"),
        "parameter_openapi_schema": Fragment("{}") if new else None,
        "enforce_parameter_schema": new,
        "pull_steps": Fragment("[]") if new else None,
        "job_variables": Fragment("{}"),
        "work_queue_id": None,
        "work_queue_name": None,
        "concurrency_limit_id": None,
        "concurrency_options": None,
        "created_by": None,
        "updated_by": None,
    }


def columns(sent: DeploymentCreate | DeploymentUpdate, *, whole: bool) -> dict[str, Any]:
    """Return the columns that a request names, *whole*: and those that it does not."""

    def named(name: str) -> bool:
        return whole or sent.names(name)

    columns: dict[str, Any] = {name: getattr(sent, name) for name in _PLAIN if named(name)}
    for name in _MAY_BE_NULL_JSON:
        if named(name):
            value = getattr(sent, name)
            columns[name] = None if value is None else fragment(value)
    if sent.names("paused") or (whole and sent.is_schedule_active is None):
        columns["paused"] = sent.paused
    elif sent.is_schedule_active is not None:
        columns["paused"] = not sent.is_schedule_active
    if sent.enforce_parameter_schema is not None:
        columns["enforce_parameter_schema"] = sent.enforce_parameter_schema
    elif whole:
        columns["enforce_parameter_schema"] = False
    if sent.variables is not None or whole:
        columns["job_variables"] = fragment(sent.variables or {})
    if named("concurrency_options"):
        columns["concurrency_options"] = _dump_options(sent.concurrency_options)
    if isinstance(sent, DeploymentCreate) or sent.names("parameters"):
        columns["parameters"] = dump_parameters(sent.parameters)
    return columns


def _dump_options(options: ConcurrencyOptions | None) -> Fragment | None:
    return None if options is None else Fragment(options.model_dump_json())
