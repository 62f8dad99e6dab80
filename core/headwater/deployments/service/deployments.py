"""What the server does about deployments: makes, changes, pauses and removes them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import fragment, parse
from headwater.db.vault import Vault
from headwater.deployments.queries import deployments as queries
from headwater.deployments.queries import schedules as schedule_queries
from headwater.deployments.schemas.deployments import (
    DeploymentCreate,
    DeploymentUpdate,
)
from headwater.deployments.schemas.schedules import DeploymentScheduleCreate
from headwater.deployments.service import checks, limits, news, pausing, places, schedules
from headwater.deployments.service.columns import columns, defaults
from headwater.errors import ConflictError, NotFoundError
from headwater.ids import uuid7
from headwater.runs.queries import flows, scheduled
from headwater.runs.service.flow_runs import dump_parameters
from headwater.web.caller import Major

NOT_FOUND = "Deployment not found"


def get(session: Session, workspace: UUID, deployment_id: UUID) -> Row[Any]:
    found = queries.find_deployment(session, workspace, deployment_id)
    if found is None:
        raise NotFoundError(NOT_FOUND)
    return found


def get_by_name(session: Session, workspace: UUID, flow_name: str, name: str) -> Row[Any]:
    flow = flows.find_flow_by_name(session, workspace, flow_name)
    if flow is None:
        raise NotFoundError(NOT_FOUND)
    found = queries.find_deployment_by_name(session, workspace, flow.id, name)
    if found is None:
        raise NotFoundError(NOT_FOUND)
    return found


def create(
    session: Session,
    workspace: UUID,
    new: DeploymentCreate,
    vault: Vault,
    *,
    major: Major,
    now: datetime,
) -> tuple[UUID, bool]:
    """Make a deployment, or change the one of that name; return its id and whether it is new.

    A 3.x client changes what it names, a 2.x client all: what it does not name has its default.
    """
    flow = flows.find_flow(session, workspace, new.flow_id)
    if flow is None:
        raise ConflictError(f"Flow {new.flow_id} not found: a deployment is of a flow that exists.")
    _check_schema(new)
    labels = (parse(flow.labels) or {}) | {"prefect.flow.id": str(new.flow_id)}
    named = columns(new, whole=major is Major.TWO)
    named |= _place(session, workspace, new, vault, now=now)
    named |= {"labels": fragment(labels | (new.labels or {})), "updated": now}
    made = _add(session, workspace, new, defaults(major) | named, now)
    deployment_id = made or _hold_of_name(session, workspace, new)
    before = None if made else get(session, workspace, deployment_id)._asdict()
    if before is not None:
        queries.change_deployment(session, workspace, deployment_id, named)
        scheduled.delete_future(session, workspace, deployment_id, now)
    limits.keep(session, workspace, deployment_id, new, now=now)
    schedules.replace_all(session, workspace, deployment_id, _schedules_of(new), now=now)
    news.tell(session, get(session, workspace, deployment_id)._asdict(), before, now=now)
    return deployment_id, made is not None


def _add(
    session: Session,
    workspace: UUID,
    new: DeploymentCreate,
    values: Mapping[str, Any],
    now: datetime,
) -> UUID | None:
    """Add a deployment; return its id, or None where the flow has one of that name."""
    whole = dict(values) | {
        "id": uuid7(),
        "created": now,
        "workspace_id": workspace,
        "flow_id": new.flow_id,
        "name": new.name,
    }
    return whole["id"] if queries.add_deployment(session, whole) else None


def _hold_of_name(session: Session, workspace: UUID, new: DeploymentCreate) -> UUID:
    found = queries.lock_deployment_of_name(session, workspace, new.flow_id, new.name)
    if found is None:
        raise ConflictError("The deployment was removed meanwhile.")
    return found


def _check_schema(new: DeploymentCreate) -> None:
    enforced = bool(new.enforce_parameter_schema)
    if new.parameter_openapi_schema is not None:
        checks.check_parameter_schema(new.parameter_openapi_schema, enforced=enforced)
        if enforced:
            checks.check_defaults(new.parameters, new.parameter_openapi_schema)


def _place(
    session: Session, workspace: UUID, new: DeploymentCreate, vault: Vault, *, now: datetime
) -> dict[str, Any]:
    """Return the columns of where a deployment is to be, none where nothing was said of it."""
    if not (new.names("work_pool_name") or new.names("work_queue_name")):
        return {}
    queue = places.find_queue(session, workspace, new.work_pool_name, new.work_queue_name, now=now)
    if new.work_pool_name is not None and new.variables:
        places.check_new(session, workspace, new.work_pool_name, new.variables, vault)
    name = queue.name if queue is not None else None
    return {"work_queue_id": queue.id if queue is not None else None, "work_queue_name": name}


def _schedules_of(new: DeploymentCreate) -> list[DeploymentScheduleCreate]:
    if new.schedules or new.schedule is None:
        return new.schedules
    active = new.is_schedule_active is not False
    return [DeploymentScheduleCreate.model_construct(schedule=new.schedule, active=active)]


def update(
    session: Session,
    workspace: UUID,
    deployment_id: UUID,
    wanted: DeploymentUpdate,
    vault: Vault,
    *,
    major: Major,
    now: datetime,
) -> None:
    """Change what was named, take back the runs made ahead and let them be made anew."""
    schedules.hold(session, workspace, deployment_id)
    before = get(session, workspace, deployment_id)._asdict()
    changes = columns(wanted, whole=False)
    if "parameters" in changes:
        made = checks.make_parameters(session, workspace, wanted.parameters, "deployment")
        changes["parameters"] = dump_parameters(made)
    _check_parameters(before, wanted, changes, major)
    changes |= _moved(session, workspace, before, wanted, vault, now=now)
    queries.change_deployment(session, workspace, deployment_id, changes | {"updated": now})
    limits.keep(session, workspace, deployment_id, wanted, now=now)
    _edit_schedules(session, workspace, deployment_id, wanted, major, now=now)
    schedules.replan(session, workspace, deployment_id, now=now)
    news.tell(session, get(session, workspace, deployment_id)._asdict(), before, now=now)


def _check_parameters(
    before: Mapping[str, Any], wanted: DeploymentUpdate, changes: Mapping[str, Any], major: Major
) -> None:
    after = {**before, **changes}
    if wanted.parameter_openapi_schema is not None:
        checks.check_parameter_schema(wanted.parameter_openapi_schema, enforced=False)
    if not after["enforce_parameter_schema"]:
        return
    schema = parse((before if major is Major.TWO else after)["parameter_openapi_schema"])
    if schema is not None:
        checks.check_changed(parse(after["parameters"]), schema)


def _moved(
    session: Session,
    workspace: UUID,
    before: Mapping[str, Any],
    wanted: DeploymentUpdate,
    vault: Vault,
    *,
    now: datetime,
) -> dict[str, Any]:
    """Return the columns of where a deployment is to be after a change."""
    pool, queue_name = wanted.work_pool_name, wanted.work_queue_name
    if pool is None and wanted.names("work_pool_name"):
        return {"work_queue_id": None, "work_queue_name": queue_name}
    if pool is None and queue_name is None:
        return {}
    if pool is not None and wanted.variables:
        places.check_changed(session, workspace, pool, wanted.variables, vault)
    # A queue alone is one of the pool that the deployment is in.
    queue = places.find_queue(
        session, workspace, pool or before["work_pool_name"], queue_name, now=now
    )
    assert queue is not None  # noqa: S101  # for mypy: one of both names is there
    return {"work_queue_id": queue.id, "work_queue_name": queue.name}


def _edit_schedules(
    session: Session,
    workspace: UUID,
    deployment_id: UUID,
    wanted: DeploymentUpdate,
    major: Major,
    *,
    now: datetime,
) -> None:
    if wanted.names("schedules"):
        if major is Major.TWO:
            kept = [each for each in wanted.schedules if each.schedule is not None]
            schedules.replace_all(session, workspace, deployment_id, kept, now=now)
        else:
            schedules.edit(session, workspace, deployment_id, wanted.schedules, now=now)
    elif wanted.names("schedule") or wanted.is_schedule_active is not None:
        _edit_the_schedule(session, workspace, deployment_id, wanted, now=now)


def _edit_the_schedule(
    session: Session,
    workspace: UUID,
    deployment_id: UUID,
    wanted: DeploymentUpdate,
    *,
    now: datetime,
) -> None:
    """Change the one schedule of a deployment, as 2.x knew it; raise InvalidError for several."""
    there = pausing.refuse_several(session, workspace, deployment_id)
    if wanted.names("schedule"):
        new = []
        if wanted.schedule is not None:
            active = wanted.is_schedule_active is not False
            new = [
                DeploymentScheduleCreate.model_construct(schedule=wanted.schedule, active=active)
            ]
        schedules.replace_all(session, workspace, deployment_id, new, now=now)
    elif there is not None:
        change = {"active": bool(wanted.is_schedule_active), "updated": now}
        schedule_queries.change_schedule(session, workspace, deployment_id, there.id, change)
