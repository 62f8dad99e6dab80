"""The events that tell of deployments, in the shape of prefect 3.9's own server."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from orjson import Fragment
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.events import log
from headwater.events.schemas import RESOURCE_ROLE, Event, Labels, make_resource
from headwater.ids import uuid7

Columns = Mapping[str, Any]
_TOLD = (
    "paused", "version", "description", "tags", "parameters", "parameter_openapi_schema",
    "enforce_parameter_schema", "pull_steps", "path", "entrypoint", "job_variables",
    "storage_document_id", "infrastructure_document_id", "work_queue_name", "concurrency_options",
)  # fmt: skip


def tell(session: Session, after: Columns, before: Columns | None, *, now: datetime) -> None:
    """Append that a deployment was made, or what of it has changed, if anything has."""
    if before is None:
        _append(session, after, "created", {}, now)
        return
    changes = {name: (_plain(before[name]), _plain(after[name])) for name in _TOLD}
    told = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if told:
        updates = {name: {"from": was, "to": is_} for name, (was, is_) in told.items()}
        payload = {"updated_fields": list(told), "updates": updates}
        _append(session, after, "updated", payload, now)


def tell_of_removal(session: Session, deployment: Columns, *, now: datetime) -> None:
    _append(session, deployment, "deleted", {}, now)


def tell_of_status(
    session: Session, deployments: Sequence[Columns], status: str, *, now: datetime
) -> None:
    """Append that deployments of one workspace came into a status."""
    if deployments:
        what = status.lower().replace("_", "-")
        told = [_event(deployment, what, {}, now) for deployment in deployments]
        log.append(session, deployments[0]["workspace_id"], told, now=now)


def _plain(value: Any) -> Any:
    if isinstance(value, Fragment):
        return parse(value)
    return str(value) if isinstance(value, UUID) else value


def _append(
    session: Session, deployment: Columns, what: str, payload: dict[str, Any], now: datetime
) -> None:
    event = _event(deployment, what, payload, now)
    log.append(session, deployment["workspace_id"], [event], now=now)


def _event(deployment: Columns, what: str, payload: dict[str, Any], now: datetime) -> Event:
    return Event(
        id=uuid7(),
        occurred=now,
        event=f"prefect.deployment.{what}",
        resource=make_resource(f"prefect.deployment.{deployment['id']}", name=deployment["name"]),
        related=_related(deployment),
        payload=payload,
    )


def _related(deployment: Columns) -> list[Labels]:
    kinds = {
        "flow": ("flow", deployment["flow_id"]),
        "work-queue": ("work-queue", deployment["work_queue_id"]),
        "work-pool": ("work-pool", deployment["work_pool_id"]),
        "storage": ("block-document", deployment["storage_document_id"]),
        "infrastructure": ("block-document", deployment["infrastructure_document_id"]),
        "concurrency-limit": ("concurrency-limit", deployment["concurrency_limit_id"]),
    }
    names = {"work-queue": deployment["queue_name"], "work-pool": deployment["work_pool_name"]}
    related = []
    for role, (kind, found) in kinds.items():
        if found is not None:
            name = {"name": names[role]} if names.get(role) else {}
            resource = make_resource(f"prefect.{kind}.{found}", **name)
            related.append(resource | {RESOURCE_ROLE: role})
    return related
