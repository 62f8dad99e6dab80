"""The events that tell of pools and queues, in the shape of prefect 3.9's own server."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from headwater.db.json import parse
from headwater.events.schemas import RESOURCE_ROLE, Event, Labels, make_resource
from headwater.ids import uuid7

POOL_TYPE = "prefect.work-pool.type"
# An event names the one before it only while readers may still wait for that.
FOLLOWS_WITHIN = timedelta(minutes=10)

Changes = Mapping[str, tuple[Any, Any]]  # what fields were, and what they are now
Columns = Mapping[str, Any]


def of_pool(what: str, pool: Columns, now: datetime) -> Event:
    """Return that a pool was *what*: created or deleted."""
    related = [
        make_resource(f"prefect.work-queue.{pool['default_queue_id']}")
        | {RESOURCE_ROLE: "default-queue"}
    ]
    storage = parse(pool["storage_configuration"]) or {}
    if block := storage.get("default_result_storage_block_id"):
        resource = make_resource(f"prefect.block-document.{block}")
        related.append(resource | {RESOURCE_ROLE: "result-storage"})
    resource = _pool_resource(pool)
    return _event(f"prefect.work-pool.{what}", resource, now, related=related)


def of_changed_pool(pool: Columns, changes: Changes, now: datetime) -> Event:
    resource = _pool_resource(pool)
    return _event("prefect.work-pool.updated", resource, now, payload=_payload(changes))


def of_pool_status(pool: Columns, before: Columns | None, now: datetime) -> Event:
    """Return that a pool is in its status now; the event's id is the pool's `status_event_id`."""
    resource = _pool_resource(pool)
    del resource[RESOURCE_ROLE]
    event = _event(f"prefect.work-pool.{_kebab(pool['status'])}", resource, now)
    changed = before["status_changed"] if before else None
    recent = changed is not None and now - changed < FOLLOWS_WITHIN
    follows = before["status_event_id"] if before and recent else None
    return event.model_copy(update={"id": pool["status_event_id"], "follows": follows})


def of_queue(what: str, queue: Columns, now: datetime, changes: Changes | None = None) -> Event:
    """Return that a queue was *what*: created, updated, deleted, or came into a status."""
    resource = make_resource(f"prefect.work-queue.{queue['id']}", name=queue["name"])
    resource[RESOURCE_ROLE] = "work-queue"
    pool = make_resource(f"prefect.work-pool.{queue['work_pool_id']}", name=queue["work_pool_name"])
    pool |= {POOL_TYPE: queue["work_pool_type"], RESOURCE_ROLE: "work-pool"}
    payload = {} if changes is None else _payload(changes)
    name = f"prefect.work-queue.{_kebab(what)}"
    return _event(name, resource, now, related=[pool], payload=payload)


def _pool_resource(pool: Columns) -> Labels:
    resource = make_resource(f"prefect.work-pool.{pool['id']}", name=pool["name"])
    return resource | {POOL_TYPE: pool["type"], RESOURCE_ROLE: "work-pool"}


def _payload(changes: Changes) -> dict[str, Any]:
    return {
        "updated_fields": list(changes),
        "updates": {name: {"from": was, "to": is_} for name, (was, is_) in changes.items()},
    }


def _event(
    name: str,
    resource: Labels,
    now: datetime,
    *,
    related: list[Labels] | None = None,
    payload: dict[str, Any] | None = None,
) -> Event:
    return Event.model_construct(
        id=uuid7(),
        occurred=now,
        event=name,
        resource=resource,
        related=related or [],
        payload=payload or {},
        follows=None,
    )


def _kebab(status: str) -> str:
    return status.lower().replace("_", "-")
