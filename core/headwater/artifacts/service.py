"""What the server does with artifacts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.artifacts import queries
from headwater.artifacts.schemas import ArtifactCreate, ArtifactUpdate
from headwater.db.json import fragment, parse
from headwater.events import log
from headwater.events.schemas import RESOURCE_ROLE, Event, Labels, make_resource
from headwater.ids import uuid7

MOST_IN_GRAPH = 10_000
PROGRESS = "progress"


def create(session: Session, workspace: UUID, new: ArtifactCreate, *, now: datetime) -> Row[Any]:
    """Return the new artifact, which is the latest of its key from now on."""
    row: dict[str, Any] = new.model_dump() | {"id": uuid7(), "workspace_id": workspace}
    row |= {"created": now, "updated": now, "data": _keep(new.data)}
    created = queries.add_artifact(session, row)
    if new.key is not None:
        key = {"id": uuid7(), "workspace_id": workspace, "created": now, "updated": now}
        key_id = queries.set_latest(session, key | {"key": new.key, "latest_id": created.id})
        what = "created" if key_id == key["id"] else "updated"
        _tell(session, workspace, what, key_id, created, now)
    return created


def update(
    session: Session, workspace: UUID, artifact_id: UUID, change: ArtifactUpdate, *, now: datetime
) -> None:
    """Change what was sent; raise NotFoundError."""
    changes: dict[str, Any] = change.model_dump(exclude_unset=True) | {"updated": now}
    if "data" in changes:
        changes["data"] = _keep(change.data)
    # The key first, as in `delete`, so that two of them never wait for each other.
    queries.touch_key(session, workspace, artifact_id, now)
    queries.change_artifact(session, workspace, artifact_id, changes)


def delete(session: Session, workspace: UUID, artifact_id: UUID, *, now: datetime) -> None:
    """Delete an artifact; its key falls back to the newest that is left, or goes with the last."""
    artifact = queries.get_artifact(session, workspace, artifact_id)
    key = artifact.key
    held = None if key is None else queries.find_locked_key(session, workspace, key)
    queries.delete_artifact(session, workspace, artifact_id)
    if held is None or held.latest_id != artifact_id:
        return
    newest = queries.find_newest(session, workspace, key)
    if newest is not None:
        queries.move_key(session, workspace, key, newest, now)
        return
    queries.delete_key(session, workspace, key)
    _tell(session, workspace, "deleted", held.id, artifact, now)


def list_for_graph(
    session: Session, workspace: UUID, flow_run_id: UUID
) -> Mapping[UUID | None, Sequence[dict[str, Any]]]:
    """Return what a graph shows of a flow run's artifacts, by the task run that made each.

    Only what tells of progress comes with its data.
    """
    found: dict[UUID | None, list[dict[str, Any]]] = {}
    for row in queries.list_of_flow_run(session, workspace, flow_run_id, MOST_IN_GRAPH):
        shown = row._asdict()
        made_by = shown.pop("task_run_id")
        shown["data"] = row.data if row.type == PROGRESS else None
        shown["is_latest"] = bool(row.is_latest)
        found.setdefault(made_by, []).append(shown)
    return found


def _keep(value: Any) -> Any:
    return None if value is None else fragment(value)


def _tell(
    session: Session, workspace: UUID, what: str, key_id: UUID, artifact: Row[Any], now: datetime
) -> None:
    """Append that a key was *what*, with what its artifact shows."""
    event = Event(
        id=uuid7(),
        occurred=now,
        event=f"prefect.artifact-collection.{what}",
        resource=make_resource(f"prefect.artifact-collection.{key_id}", name=artifact.key),
        related=_related(artifact),
        payload={
            "key": artifact.key,
            "type": artifact.type,
            "data": parse(artifact.data),
            "description": artifact.description,
        },
    )
    log.append(session, workspace, [event], now=now)


def _related(artifact: Row[Any]) -> list[Labels]:
    found = {
        "artifact": artifact.id,
        "flow-run": artifact.flow_run_id,
        "task-run": artifact.task_run_id,
    }
    return [
        make_resource(f"prefect.{kind}.{one}") | {RESOURCE_ROLE: kind}
        for kind, one in found.items()
        if one is not None
    ]
