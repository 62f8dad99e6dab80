"""Makes the runs of schedules ahead of their time: each instant once, whoever asks how often."""

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.deployments.queries import deployments
from headwater.deployments.queries import schedules as queries
from headwater.deployments.rules.lateness import Lateness
from headwater.deployments.rules.plans import Bounds, Plan, plan
from headwater.deployments.schemas.deployments import MOST_DATES, Planning
from headwater.deployments.schemas.schedules import SCHEDULE, Schedule
from headwater.deployments.service.lateness import lateness_of, stamp
from headwater.deployments.service.runs import columns_of, labels_of
from headwater.errors import InvalidError
from headwater.runs.queries import scheduled
from headwater.runs.schemas.flow_runs import FlowRunCreate
from headwater.runs.service.scheduled import Due, add_scheduled_runs

TAG = "auto-scheduled"
AGAIN = timedelta(hours=1)  # after which a schedule that cannot be planned is tried anew
logger = logging.getLogger(__name__)


def plan_deployment(
    session: Session, workspace: UUID, deployment_id: UUID, bounds: Bounds, *, now: datetime
) -> int:
    """Make the runs that a deployment's schedules lack; return how many they were.

    It waits for whoever changes the deployment, and they for it: a change finds all runs that were
    made of what it changes.
    """
    if not deployments.lock_deployment(session, workspace, deployment_id):
        return 0
    deployment = deployments.find_deployment(session, workspace, deployment_id)
    if deployment is None or deployment.paused:
        return 0
    rows = queries.list_schedules(session, workspace, [deployment_id])
    made = 0
    for row in rows:
        if row.active and row.plan_at is not None and row.plan_at <= now:
            chosen = _plan(row, bounds, now)
            made += _make(session, deployment, row, rows, chosen.dates, now)
            queries.set_plan(session, row.id, chosen.next_look)
    if made and any(lateness_of(row) != Lateness() for row in rows):
        stamp(session, workspace, deployment_id)
    return made


def _plan(row: Row[Any], bounds: Bounds, now: datetime) -> Plan:
    """Return what to make of a schedule. One that cannot be read any more harms no other."""
    try:
        return plan(_read(row).recurrence(now).dates(now), bounds, now)
    except ValueError as error:
        logger.error("schedule %s cannot be planned: %s", row.id, error)
        return Plan([], now + AGAIN)


def _read(row: Row[Any]) -> Schedule:
    found: Schedule = SCHEDULE.validate_python(parse(row.schedule))
    return found


def _make(
    session: Session,
    deployment: Row[Any],
    row: Row[Any],
    schedules: Sequence[Row[Any]],
    dates: Sequence[datetime],
    now: datetime,
) -> int:
    if not dates:
        return 0
    of_deployment = columns_of(deployment) | {"created_by": _created_by(row)}
    taken = _list_taken(session, deployment, row, schedules, dates[0])
    dues = [
        # By the instant, whatever the clock of the schedule's zone shows then.
        Due(f"scheduled {deployment.id} {row.id} {date.isoformat()}", date)
        for date in dates
        if date not in taken
    ]
    new = FlowRunCreate.model_construct(
        flow_id=deployment.flow_id,
        deployment_id=deployment.id,
        parameters=(parse(deployment.parameters) or {}) | (parse(row.parameters) or {}),
        infrastructure_document_id=deployment.infrastructure_document_id,
        tags=[TAG, *(parse(deployment.tags) or [])],
        labels=labels_of(deployment),
    )
    workspace: UUID = deployment.workspace_id
    try:
        return add_scheduled_runs(session, workspace, new, of_deployment, dues, now=now)
    except InvalidError as error:
        logger.error("schedule %s makes no runs: %s", row.id, error)
        return 0


def _created_by(row: Row[Any]) -> dict[str, Any]:
    name = row.slug or type(_read(row)).__name__
    return {"id": str(row.id), "type": "SCHEDULE", "display_value": name}


def _list_taken(
    session: Session,
    deployment: Row[Any],
    row: Row[Any],
    schedules: Iterable[Row[Any]],
    since: datetime,
) -> Collection[datetime]:
    """Return the instants that have their run: one of this schedule, or one that was begun of a
    schedule which is no more, for which this one may stand now."""
    others = {str(each.id) for each in schedules if each.id != row.id}
    made = scheduled.list_auto_scheduled(session, deployment.workspace_id, deployment.id, since)
    return {
        run.expected_start_time
        for run in made
        if (parse(run.created_by) or {}).get("id") not in others
    }


def plan_window(
    session: Session, workspace: UUID, deployment_id: UUID, wanted: Planning, *, now: datetime
) -> int:
    """Make the runs of a deployment's active schedules in a time, be it past; an unknown one has
    none. Raise InvalidError for a schedule whose dates cannot be told."""
    if not deployments.lock_deployment(session, workspace, deployment_id):
        return 0
    deployment = deployments.find_deployment(session, workspace, deployment_id)
    assert deployment is not None  # noqa: S101  # for mypy: it is held
    start = wanted.start_time or now
    bounds = _bounds_of(wanted, start)
    rows = queries.list_schedules(session, workspace, [deployment_id])
    made = 0
    for row in rows:
        if row.active and bounds.max_runs > 0:
            dates = _list_dates(row, start, bounds)
            made += _make(session, deployment, row, rows, dates, now)
    return made


def _bounds_of(wanted: Planning, start: datetime) -> Bounds:
    usual = Bounds()
    few, many = wanted.min_runs, wanted.max_runs
    horizon = usual.horizon if wanted.end_time is None else wanted.end_time - start
    return Bounds(
        usual.min_runs if few is None else few,
        min(MOST_DATES, usual.max_runs if many is None else many),
        usual.min_time if wanted.min_time is None else timedelta(seconds=wanted.min_time),
        horizon,
    )


def _list_dates(row: Row[Any], start: datetime, bounds: Bounds) -> Sequence[datetime]:
    try:
        return plan(_read(row).recurrence(start).dates(start), bounds, start).dates
    except (ValueError, OverflowError) as error:
        raise InvalidError(str(error)) from None
