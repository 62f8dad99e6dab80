"""Reads what templates name beside the event: the run, its flow and the like, and the variables."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from orjson import Fragment
from sqlalchemy.orm import Session

from headwater.automations.rules.targets import find_first, find_resource
from headwater.automations.rules.views import View
from headwater.concurrency.service import limits
from headwater.db.json import parse
from headwater.deployments.queries.deployments import find_deployment
from headwater.errors import NotFoundError
from headwater.runs.queries.flow_runs import find_flow_run
from headwater.runs.queries.flows import find_flow
from headwater.runs.queries.task_runs import get_task_run
from headwater.runs.schemas.shown import show_flow, show_flow_run, show_task_run
from headwater.variables.queries import list_values
from headwater.work.queries.pools import find_pool_by_id
from headwater.work.queries.queues import find_queue

Fields = Mapping[str, Any]
_HIDDEN = {"workspace_id", "status_event_id", "status_changed", "base_job_template"}
_STATE = ("type", "name", "message", "timestamp")


def read(
    session: Session, workspace: UUID, names: Collection[str], event: Fields | None, now: datetime
) -> dict[str, Any]:
    """Return those of *names* that there are."""
    found: dict[str, Any] = {}
    if "variables" in names:
        found["variables"] = list_values(session, workspace)
    if event is None:
        return found
    for name in _READERS.keys() & set(names):
        kind = name.replace("_", "-")
        id_ = find_first(event, kind)
        fields = None if id_ is None else _READERS[name](session, workspace, id_, now)
        if fields is not None:
            shown = {key: _plain(value) for key, value in fields.items() if key not in _HIDDEN}
            found[name] = View(kind, shown | _state_of(event, kind, shown))
    return found


def _state_of(event: Fields, kind: str, shown: Fields) -> dict[str, Any]:
    """Return the state that the event tells of: the run may have gone on since."""
    labels = find_resource(event, kind) or {}
    told = {name: labels.get(f"prefect.state-{name}") for name in _STATE}
    if "state" not in shown or None in told.values():
        return {}
    try:
        timestamp = datetime.fromisoformat(str(told["timestamp"]))
    except ValueError:
        return {}
    return {"state": {**told, "timestamp": timestamp}}


def _plain(value: Any) -> Any:
    if isinstance(value, Fragment):
        return parse(value)
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


def _flow(session: Session, workspace: UUID, id_: UUID, _now: datetime) -> Fields | None:
    row = find_flow(session, workspace, id_)
    return None if row is None else show_flow(row._asdict())


def _flow_run(session: Session, workspace: UUID, id_: UUID, now: datetime) -> Fields | None:
    row = find_flow_run(session, workspace, id_)
    return None if row is None else show_flow_run(row._asdict(), now)


def _task_run(session: Session, workspace: UUID, id_: UUID, now: datetime) -> Fields | None:
    try:
        return show_task_run(get_task_run(session, workspace, id_)._asdict(), now)
    except NotFoundError:
        return None


def _deployment(session: Session, workspace: UUID, id_: UUID, _now: datetime) -> Fields | None:
    row = find_deployment(session, workspace, id_)
    return None if row is None else row._asdict()


def _work_pool(session: Session, workspace: UUID, id_: UUID, _now: datetime) -> Fields | None:
    row = find_pool_by_id(session, workspace, id_)
    return None if row is None else row._asdict()


def _work_queue(session: Session, workspace: UUID, id_: UUID, _now: datetime) -> Fields | None:
    row = find_queue(session, workspace, id_)
    return None if row is None else row._asdict()


def _limit(session: Session, workspace: UUID, id_: UUID, now: datetime) -> Fields | None:
    found = limits.list_by_ids(session, workspace, [id_], now=now).get(id_)
    return None if found is None else found.model_dump()


_READERS: dict[str, Callable[[Session, UUID, UUID, datetime], Fields | None]] = {
    "flow": _flow,
    "flow_run": _flow_run,
    "task_run": _task_run,
    "deployment": _deployment,
    "work_pool": _work_pool,
    "work_queue": _work_queue,
    "concurrency_limit": _limit,
}
