"""Keeps the counts of runs few, however many connections have counted."""

from datetime import datetime, timedelta

from headwater.db.session import write
from headwater.loops.loop import Loop
from headwater.runs.queries.flow_run_counts import fold_counts

EVERY = timedelta(hours=1)


def make_loop() -> Loop:
    return Loop("run-counts", (), tick)


def tick(now: datetime) -> datetime:
    write(fold_counts)
    return now + EVERY
