"""What the server does about schedules. Each change takes back the runs made ahead, and lets the
scheduler make them anew: both in one transaction, under the deployment's lock."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from headwater.db.json import fragment, parse
from headwater.db.session import signal_after_commit
from headwater.deployments.queries import deployments
from headwater.deployments.queries import schedules as queries
from headwater.deployments.rules.edits import sort_edits
from headwater.deployments.rules.lateness import Before, Lateness, take_after
from headwater.deployments.schemas.schedules import (
    DeploymentScheduleCreate,
    DeploymentScheduleUpdate,
    LateRuns,
    Schedule,
)
from headwater.deployments.service.lateness import before_of, columns_of, stamp
from headwater.errors import ConflictError, InvalidError, NotFoundError
from headwater.ids import uuid7
from headwater.runs.queries import scheduled

TOPIC = "schedules"  # signalled when there is something to plan
NO_DEPLOYMENT, NO_SCHEDULE = "Deployment not found.", "Schedule not found."
SLUGS = "Schedule slugs must be unique within a deployment."


def hold(session: Session, workspace: UUID, deployment_id: UUID) -> None:
    """Let nobody else change the deployment or plan its runs; raise NotFoundError."""
    if not deployments.lock_deployment(session, workspace, deployment_id):
        raise NotFoundError(NO_DEPLOYMENT)


def list_of(session: Session, workspace: UUID, deployment_id: UUID) -> Sequence[Row[Any]]:
    if deployments.find_deployment(session, workspace, deployment_id) is None:
        raise NotFoundError(NO_DEPLOYMENT)
    return queries.list_schedules(session, workspace, [deployment_id])


def add(
    session: Session,
    workspace: UUID,
    deployment_id: UUID,
    new: Sequence[DeploymentScheduleCreate],
    *,
    now: datetime,
) -> list[Mapping[str, Any]]:
    """Give a deployment more schedules; return them, the last of them first."""
    hold(session, workspace, deployment_id)
    rows = keep(session, workspace, deployment_id, new, now=now)
    return list(reversed(rows))


def keep(
    session: Session,
    workspace: UUID,
    deployment_id: UUID,
    new: Sequence[DeploymentScheduleCreate | DeploymentScheduleUpdate],
    *,
    before: Sequence[Before] = (),
    now: datetime,
) -> list[Mapping[str, Any]]:
    """Write schedules of a deployment that is held, in place of those *before*; raise ConflictError
    for a slug that is taken, InvalidError for a schedule whose dates take too long to find."""
    rows: list[Mapping[str, Any]] = []
    for number, each in enumerate(new):
        stamp = now + timedelta(microseconds=number)  # they are listed by it
        assert each.schedule is not None  # noqa: S101  # for mypy; the caller looked
        kept = _kept(each.schedule, now)
        lateness = _lateness(each)
        if lateness is None:
            lateness = take_after(each.slug, parse(kept), before, alone=len(new) == 1)
        rows.append(
            {
                "id": uuid7(),
                "created": stamp,
                "updated": stamp,
                "workspace_id": workspace,
                "deployment_id": deployment_id,
                "schedule": kept,
                "active": True if each.active is None else each.active,
                "parameters": fragment(each.parameters),
                "slug": each.slug,
                "max_scheduled_runs": each.max_scheduled_runs,
                "max_active_runs": each.max_active_runs,
                "catchup": bool(each.catchup),
                "plan_at": now,
            }
            | columns_of(lateness)
        )
    slugs = [row["slug"] for row in rows if row["slug"] is not None]
    if len(slugs) > len(set(slugs)):
        raise ConflictError(SLUGS)
    try:
        with session.begin_nested():
            queries.add_schedules(session, rows)
    except IntegrityError:
        raise ConflictError(SLUGS) from None
    signal_after_commit(session, TOPIC)
    return rows


def _lateness(wanted: DeploymentScheduleCreate | DeploymentScheduleUpdate) -> Lateness | None:
    """Return what is said of late runs, None: nothing."""
    most = wanted.late_runs_max_seconds
    if wanted.late_runs is None and most is None:
        return None
    at_most = None if most is None else timedelta(seconds=most)
    return Lateness(wanted.late_runs or LateRuns.ALL, at_most)


def _kept(schedule: Schedule, now: datetime) -> Any:
    try:
        next(schedule.recurrence(now).dates(now), None)
    except ValueError as error:
        raise InvalidError(str(error)) from None
    return fragment(schedule.kept(now))


def change(
    session: Session,
    workspace: UUID,
    deployment_id: UUID,
    schedule_id: UUID,
    wanted: DeploymentScheduleUpdate,
    *,
    now: datetime,
) -> None:
    """Change one schedule, and plan the deployment's runs anew; raise NotFoundError."""
    hold(session, workspace, deployment_id)
    _change(session, workspace, deployment_id, schedule_id, wanted, now)
    replan(session, workspace, deployment_id, now=now)


def _change(
    session: Session,
    workspace: UUID,
    deployment_id: UUID,
    schedule_id: UUID,
    wanted: DeploymentScheduleUpdate,
    now: datetime,
) -> None:
    names = ("active", "max_scheduled_runs", "max_active_runs", "catchup", "slug", "late_runs")
    sent = {name: getattr(wanted, name) for name in names}
    values: dict[str, Any] = {name: value for name, value in sent.items() if value is not None}
    if "late_runs_max_seconds" in wanted.model_fields_set:
        values["late_runs_max_seconds"] = wanted.late_runs_max_seconds
    if wanted.schedule is not None:
        values["schedule"] = _kept(wanted.schedule, now)
    values |= {"parameters": fragment(wanted.parameters), "updated": now}
    try:
        with session.begin_nested():
            there = queries.change_schedule(session, workspace, deployment_id, schedule_id, values)
    except IntegrityError:
        raise ConflictError(SLUGS) from None
    if not there:
        raise NotFoundError(NO_SCHEDULE)


def remove(
    session: Session, workspace: UUID, deployment_id: UUID, schedule_id: UUID, *, now: datetime
) -> None:
    hold(session, workspace, deployment_id)
    if not queries.delete_schedules(session, workspace, deployment_id, [schedule_id]):
        raise NotFoundError(NO_SCHEDULE)
    scheduled.delete_auto_scheduled(session, workspace, deployment_id)
    replan(session, workspace, deployment_id, now=now)


def replace_all(
    session: Session,
    workspace: UUID,
    deployment_id: UUID,
    new: Sequence[DeploymentScheduleCreate | DeploymentScheduleUpdate],
    *,
    now: datetime,
) -> None:
    """Let a deployment that is held have these schedules and no others."""
    before = before_of(queries.delete_all_schedules(session, workspace, deployment_id))
    keep(session, workspace, deployment_id, new, before=before, now=now)


def edit(
    session: Session,
    workspace: UUID,
    deployment_id: UUID,
    sent: Sequence[DeploymentScheduleUpdate],
    *,
    now: datetime,
) -> None:
    """Change schedules of a deployment that is held by their slugs, or replace them all."""
    rows = queries.list_schedules(session, workspace, [deployment_id])
    try:
        edits = sort_edits(sent, {row.id: row.slug for row in rows})
    except LookupError as error:
        raise NotFoundError(error.args[0]) from None
    except ValueError as error:
        raise InvalidError(str(error)) from None
    if edits.replaces_all:
        replace_all(session, workspace, deployment_id, edits.new, now=now)
        return
    changed = edits.changed or {}
    for schedule_id in changed:  # one may take the slug that another gives up
        free = {"slug": None, "updated": now}
        queries.change_schedule(session, workspace, deployment_id, schedule_id, free)
    for schedule_id, wanted in changed.items():
        _change(session, workspace, deployment_id, schedule_id, wanted, now)
    keep(session, workspace, deployment_id, edits.new, now=now)


def replan(session: Session, workspace: UUID, deployment_id: UUID, *, now: datetime) -> None:
    """Take back what is planned for a deployment that is held, and let it be planned anew."""
    scheduled.delete_future(session, workspace, deployment_id, now)
    stamp(session, workspace, deployment_id)
    queries.plan_all_at(session, workspace, deployment_id, now)
    signal_after_commit(session, TOPIC)
