"""The scheduler, which makes the runs of schedules ahead of their time; and who finds deployments
that nobody asks for runs."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from headwater.db.session import reading, write
from headwater.deployments.queries.readiness import list_unasked
from headwater.deployments.queries.schedules import list_next_to_plan
from headwater.deployments.rules.plans import Bounds
from headwater.deployments.service.planning import plan_deployment
from headwater.deployments.service.readiness import call_unasked
from headwater.deployments.service.schedules import TOPIC
from headwater.loops.loop import Loop
from headwater.settings import Settings
from headwater.work.rules.statuses import POLLED_WITHIN

BATCH = 100
LOOK_EVERY = timedelta(seconds=15)
REST = 0.5  # seconds; one who deploys many things is not waited for each


def make_loop(settings: Settings) -> Loop:
    bounds = Bounds(
        settings.server_scheduler_min_runs,
        settings.server_scheduler_max_runs,
        timedelta(seconds=settings.server_scheduler_min_seconds),
        timedelta(seconds=settings.server_scheduler_max_seconds),
    )
    return Loop("scheduler", (TOPIC,), lambda now: tick(now, bounds), rest=REST)


def tick(now: datetime, bounds: Bounds) -> datetime | None:
    """Make the runs that are lacking; return when the next will be."""
    with reading() as session:
        waiting = list_next_to_plan(session, BATCH)
    planned = set()
    for row in waiting:
        due: datetime = row.plan_at
        if due > now:
            return due
        if row.deployment_id not in planned:
            planned.add(row.deployment_id)
            _plan(row.workspace_id, row.deployment_id, bounds, now)
    return now if planned else None


def _plan(workspace: UUID, deployment_id: UUID, bounds: Bounds, now: datetime) -> None:
    write(lambda session: plan_deployment(session, workspace, deployment_id, bounds, now=now))


def make_silence_loop() -> Loop:
    return Loop("deployment-silence", (), look_for_unasked)


def look_for_unasked(now: datetime) -> datetime:
    with reading() as session:
        unasked = list_unasked(session, now - POLLED_WITHIN)
    for row in unasked:
        call = partial(call_unasked, workspace=row.workspace_id, deployment_id=row.id, now=now)
        write(call)
    return now + LOOK_EVERY
