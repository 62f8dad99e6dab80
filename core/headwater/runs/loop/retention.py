"""Removes runs and logs that are older than they are to be kept. Off unless set."""

from datetime import datetime, timedelta
from uuid import UUID

from headwater.db.session import reading, write
from headwater.loops.loop import Loop
from headwater.runs.queries import removals
from headwater.runs.queries import retention as queries
from headwater.runs.service.removals import LOGS_AT_ONCE, delete_logs
from headwater.settings import Settings

RUNS_AT_ONCE = 100  # in one transaction, for which all other writers wait
EVERY = timedelta(minutes=10)
SOON = timedelta(milliseconds=200)  # others write between two batches


def make_loop(settings: Settings) -> Loop:
    runs = _days(settings.server_retention_runs_days)
    logs = _days(settings.server_retention_logs_days)
    return Loop("retention", (), lambda now: tick(now, runs, logs))


def _days(number: float | None) -> timedelta | None:
    return None if number is None else timedelta(days=number)


def tick(now: datetime, runs: timedelta | None, logs: timedelta | None) -> datetime:
    """Remove one batch of each kind; return soon when there may be more."""
    more = logs is not None and remove_logs(now - logs)
    more = (runs is not None and remove_runs(now - runs)) or more
    return now + (SOON if more else EVERY)


def remove_logs(before: datetime) -> bool:
    """Remove some lines that arrived before then; return whether there may be more."""
    with reading() as session:
        oldest = queries.list_oldest_logs(session, LOGS_AT_ONCE)
    old = [line.position for line in oldest if line.created < before]
    if old:
        write(lambda session: queries.delete_logs_up_to(session, old[-1], before))
    return len(old) == LOGS_AT_ONCE


def remove_runs(before: datetime) -> bool:
    """Remove some runs that ended before then, their logs first; return if there may be more."""
    with reading() as session:
        old = queries.list_old_runs(session, before, RUNS_AT_ONCE)
    for workspace in {run.workspace_id for run in old}:
        _remove(workspace, [run.id for run in old if run.workspace_id == workspace])
    return len(old) == RUNS_AT_ONCE


def _remove(workspace: UUID, ids: list[UUID]) -> None:
    more = True
    while more:
        more = write(lambda session: delete_logs(session, workspace, ids))
    write(lambda session: removals.delete_flow_runs(session, workspace, ids))
