"""Says of the runs of schedules that nobody has begun until when they may be."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.db.session import signal_after_commit
from headwater.deployments.queries.schedules import list_schedules
from headwater.deployments.rules.lateness import Before, Lateness
from headwater.deployments.schemas.schedules import LateRuns
from headwater.events.log import TOPIC
from headwater.runs.queries import scheduled


def lateness_of(row: Row[Any]) -> Lateness:
    most = row.late_runs_max_seconds
    return Lateness(LateRuns(row.late_runs), None if most is None else timedelta(seconds=most))


def columns_of(lateness: Lateness) -> dict[str, Any]:
    most = lateness.at_most
    seconds = None if most is None else most.total_seconds()
    return {"late_runs": lateness.which, "late_runs_max_seconds": seconds}


def before_of(rows: Iterable[Row[Any]]) -> list[Before]:
    return [Before(row.slug, parse(row.schedule), lateness_of(row)) for row in rows]


def stamp(session: Session, workspace: UUID, deployment_id: UUID) -> None:
    """Write into the runs of a deployment that is held when each is skipped.

    Those of schedules that are no more keep what they have.
    """
    runs: dict[str, list[Row[Any]]] = defaultdict(list)
    for run in scheduled.list_unstarted(session, workspace, deployment_id):
        runs[(parse(run.created_by) or {}).get("id", "")].append(run)
    if not runs:
        return
    changes = {
        run.id: end
        for schedule in list_schedules(session, workspace, [deployment_id])
        if (of_it := runs.get(str(schedule.id)))
        for run, end in zip(of_it, _list_ends(schedule, of_it), strict=True)
        if run.skip_at != end
    }
    scheduled.set_skip_times(session, changes)
    if changes:
        signal_after_commit(session, TOPIC)  # whoever skips them sleeps until the next is due


def _list_ends(schedule: Row[Any], runs: Sequence[Row[Any]]) -> Sequence[Any]:
    return lateness_of(schedule).ends([run.next_scheduled_start_time for run in runs])
