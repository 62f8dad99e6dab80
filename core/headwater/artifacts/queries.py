"""Every statement over artifacts and their keys."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from headwater.artifacts.models import Artifact, ArtifactCollection
from headwater.artifacts.schemas import (
    ArtifactCollectionFilter,
    ArtifactFilter,
    ArtifactsCounted,
    ArtifactSort,
    Keys,
    LatestCounted,
    OfRuns,
)
from headwater.db.criteria import Condition, join, meet
from headwater.db.upserts import insert_or_change
from headwater.errors import NotFoundError
from headwater.runs.queries.flow_runs import flow_run
from headwater.runs.queries.lists import flow_runs_wanted, task_runs_wanted
from headwater.runs.queries.task_runs import task_run
from headwater.runs.schemas.lists import RunsWanted

_artifact, _collection = Artifact.__table__, ArtifactCollection.__table__
_OWN = ("id", "created", "updated", "key")  # what a key has itself
_SHOWN = [column for column in _artifact.c if column.name != "workspace_id"]
_OF_LATEST = [column for column in _SHOWN if column.name not in _OWN]
_mine = _artifact.c.workspace_id == bindparam("workspace")
_this = _artifact.c.id == bindparam("this")
_of_key = and_(
    _collection.c.workspace_id == bindparam("workspace"),
    _collection.c.key == bindparam("wanted_key"),
)

_ARTIFACT = select(*_SHOWN).where(_mine, _this)
_LATEST: Select[Any] = select(
    *(_collection.c[name] for name in _OWN), _collection.c.latest_id, *_OF_LATEST
).join_from(_collection, _artifact, _artifact.c.id == _collection.c.latest_id)
_LATEST_OF_KEY = _LATEST.where(_of_key)
_LOCKED_KEY = select(*_collection.c).where(_of_key).with_for_update()
_NEWEST_OF_KEY = (
    select(_artifact.c.id)
    .where(_mine, _artifact.c.key == bindparam("wanted_key"))
    .order_by(_artifact.c.created.desc(), _artifact.c.id.desc())
    .limit(1)
)
_is_latest = exists(select(1).where(_collection.c.latest_id == _artifact.c.id))
_OF_FLOW_RUN = (
    select(
        _artifact.c.task_run_id,
        _artifact.c.id,
        _artifact.c.created,
        _artifact.c.key,
        _artifact.c.type,
        _artifact.c.data,
        _is_latest.label("is_latest"),
    )
    .where(_mine, _artifact.c.flow_run_id == bindparam("flow_run"))
    .where(func.coalesce(_artifact.c.type, "") != "result")
    .order_by(_artifact.c.created, _artifact.c.id)
    .limit(bindparam("most"))
)
_ADD = insert(_artifact).returning(*_SHOWN)
_CHANGE = update(_artifact).where(_mine, _this)
_DELETE = delete(_artifact).where(_mine, _this)
_TOUCH_KEY = (
    update(_collection)
    .where(_collection.c.workspace_id == bindparam("workspace"))
    .where(_collection.c.latest_id == bindparam("this"))
    .values(updated=bindparam("now"))
)
_MOVE_KEY = (
    update(_collection)
    .where(_of_key)
    .values(latest_id=bindparam("latest"), updated=bindparam("now"))
)
_DELETE_KEY = delete(_collection).where(_of_key)
_SET_KEY = insert_or_change(
    _collection, ["workspace_id", "key"], ["latest_id", "updated"]
).returning(_collection.c.id)
_ORDERS: dict[ArtifactSort, str] = {
    ArtifactSort.CREATED_DESC: "created",
    ArtifactSort.UPDATED_DESC: "updated",
    ArtifactSort.ID_DESC: "id",
    ArtifactSort.KEY_DESC: "key",
}


def add_artifact(session: Session, row: Mapping[str, Any]) -> Row[Any]:
    return session.execute(_ADD, row).one()


def set_latest(session: Session, row: Mapping[str, Any]) -> UUID:
    """Let a key have this latest artifact; return the key's id, that of *row* if it is new."""
    found: UUID = session.execute(_SET_KEY, row).scalar_one()
    return found


def get_artifact(session: Session, workspace: UUID, artifact_id: UUID) -> Row[Any]:
    values = {"workspace": workspace, "this": artifact_id}
    return _existing(session.execute(_ARTIFACT, values).first())


def get_latest(session: Session, workspace: UUID, key: str) -> Row[Any]:
    values = {"workspace": workspace, "wanted_key": key}
    return _existing(session.execute(_LATEST_OF_KEY, values).first())


def find_locked_key(session: Session, workspace: UUID, key: str) -> Row[Any] | None:
    """Return a key, locked where the database locks rows."""
    values = {"workspace": workspace, "wanted_key": key}
    return session.execute(_LOCKED_KEY, values).first()


def find_newest(session: Session, workspace: UUID, key: str) -> UUID | None:
    return session.execute(_NEWEST_OF_KEY, {"workspace": workspace, "wanted_key": key}).scalar()


def list_of_flow_run(
    session: Session, workspace: UUID, flow_run_id: UUID, most: int
) -> Sequence[Row[Any]]:
    """Return what a flow run and its task runs show, the oldest first."""
    values = {"workspace": workspace, "flow_run": flow_run_id, "most": most}
    return session.execute(_OF_FLOW_RUN, values).all()


def change_artifact(
    session: Session, workspace: UUID, artifact_id: UUID, changes: Mapping[str, Any]
) -> None:
    change = _CHANGE.values(**changes).returning(_artifact.c.id)
    _existing(session.execute(change, {"workspace": workspace, "this": artifact_id}).first())


def touch_key(session: Session, workspace: UUID, artifact_id: UUID, now: datetime) -> None:
    """Note that the key whose latest artifact this is has changed, if there is one."""
    session.execute(_TOUCH_KEY, {"workspace": workspace, "this": artifact_id, "now": now})


def move_key(session: Session, workspace: UUID, key: str, latest: UUID, now: datetime) -> None:
    values = {"workspace": workspace, "wanted_key": key, "latest": latest, "now": now}
    session.execute(_MOVE_KEY, values)


def delete_key(session: Session, workspace: UUID, key: str) -> None:
    session.execute(_DELETE_KEY, {"workspace": workspace, "wanted_key": key})


def delete_artifact(session: Session, workspace: UUID, artifact_id: UUID) -> None:
    session.execute(_DELETE, {"workspace": workspace, "this": artifact_id})


def list_artifacts(
    session: Session, condition: Condition, sort: ArtifactSort, limit: int, offset: int
) -> Sequence[Row[Any]]:
    page = select(*_SHOWN).where(condition).order_by(*_order(_artifact.c, sort))
    return session.execute(page.limit(limit).offset(offset)).all()


def list_latest(
    session: Session, condition: Condition, sort: ArtifactSort, limit: int, offset: int
) -> Sequence[Row[Any]]:
    page = _LATEST.where(condition).order_by(*_order(_collection.c, sort))
    return session.execute(page.limit(limit).offset(offset)).all()


def count_artifacts(session: Session, condition: Condition) -> int:
    return session.scalars(select(func.count()).select_from(_artifact).where(condition)).one()


def count_latest(session: Session, condition: Condition) -> int:
    joined = _collection.join(_artifact, _artifact.c.id == _collection.c.latest_id)
    return session.scalars(select(func.count()).select_from(joined).where(condition)).one()


def _order(columns: Any, sort: ArtifactSort) -> list[ColumnElement[Any]]:
    if sort is ArtifactSort.KEY_ASC:
        return [columns.key.asc().nulls_first(), columns.id]
    return [columns[_ORDERS[sort]].desc().nulls_last(), columns.id.desc()]


def artifacts_wanted(workspace: UUID, wanted: ArtifactsCounted, dialect: str) -> Condition:
    conditions = [_artifact.c.workspace_id == workspace, *_of_runs(workspace, wanted, dialect)]
    if (filtered := wanted.artifacts) is not None:
        by_id = meet(_artifact.c.id, filtered.id)
        conditions.append(join(filtered, by_id + _of_artifacts(filtered)))
    return and_(*conditions)


def latest_wanted(workspace: UUID, wanted: LatestCounted, dialect: str) -> Condition:
    conditions = [_collection.c.workspace_id == workspace, *_of_runs(workspace, wanted, dialect)]
    if (filtered := wanted.artifacts) is not None:
        by_id = meet(_collection.c.latest_id, filtered.latest_id)
        conditions.append(join(filtered, by_id + _of_artifacts(filtered)))
    return and_(*conditions)


def _of_artifacts(wanted: ArtifactFilter | ArtifactCollectionFilter) -> list[Condition]:
    return [
        *_of_keys(wanted.key),
        *meet(_artifact.c.flow_run_id, wanted.flow_run_id),
        *meet(_artifact.c.task_run_id, wanted.task_run_id),
        *meet(_artifact.c.type, wanted.type),
    ]


def _of_keys(wanted: Keys | None) -> list[Condition]:
    conditions = meet(_artifact.c.key, wanted)
    if wanted is not None and wanted.exists_ is not None:
        there = _artifact.c.key.is_not(None)
        conditions.append(there if wanted.exists_ else _artifact.c.key.is_(None))
    return conditions


def _of_runs(workspace: UUID, wanted: OfRuns, dialect: str) -> list[Condition]:
    conditions: list[Condition] = []
    of_flow_run = RunsWanted(
        flow_runs=wanted.flow_runs, flows=wanted.flows, deployments=wanted.deployments
    )
    if of_flow_run != RunsWanted():
        meets = flow_runs_wanted(workspace, of_flow_run, dialect)
        conditions.append(_artifact.c.flow_run_id.in_(select(flow_run.c.id).where(meets)))
    if wanted.task_runs is not None:
        meets = task_runs_wanted(workspace, RunsWanted(task_runs=wanted.task_runs), dialect)
        conditions.append(_artifact.c.task_run_id.in_(select(task_run.c.id).where(meets)))
    return conditions


def _existing(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise NotFoundError("Artifact not found.")
    return row
