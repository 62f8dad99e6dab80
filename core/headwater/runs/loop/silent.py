"""Calls runs crashed that had sent heartbeats and went silent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from headwater.db.session import reading, write
from headwater.errors import NotFoundError
from headwater.loops.loop import Loop
from headwater.runs.queries import heartbeats as queries
from headwater.runs.rules.heartbeats import Patience
from headwater.runs.service.heartbeats import crash_silent_run, may_be_dead
from headwater.settings import Settings

EVERY = timedelta(seconds=15)
AWAY = timedelta(seconds=60)  # without a look: maybe nobody took heartbeats either
MOST = 10_000  # heartbeats to look at


def patience_of(settings: Settings) -> Patience | None:
    """Return how long a run may be silent; None: for ever."""
    if not settings.server_silent_runs_crash:
        return None
    return Patience(
        timedelta(seconds=settings.server_silent_runs_frequency_seconds),
        timedelta(seconds=settings.server_silent_runs_grace_seconds),
    )


def make_loops(settings: Settings) -> list[Loop]:
    patience = patience_of(settings)
    return [] if patience is None else [Loop("silent-runs", (), Watch(patience).tick)]


class Watch:
    """Runs are silent only for as long as somebody listened: while the server was down, or could
    not reach its database, none could be heard."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._looked: datetime | None = None
        self._since = datetime.max

    def tick(self, now: datetime) -> datetime:
        with reading() as session:
            rows = queries.list_silent(session, now, MOST)
        if self._looked is None or now - self._looked > AWAY:
            self._since = now
        self._looked = now
        self._end([row for row in rows if self._was_heard_long_enough(row, now)], now)
        return now + EVERY

    def _was_heard_long_enough(self, row: Row[Any], now: datetime) -> bool:
        return self._since + self._patience.with_one(row.frequency) <= now

    def _end(self, rows: Sequence[Row[Any]], now: datetime) -> None:
        dead = [row for row in rows if may_be_dead(row)]
        over = [row.flow_run_id for row in rows if not may_be_dead(row)]
        for row in dead:
            _crash(row.workspace_id, row.flow_run_id, now)
        if over:
            write(partial(queries.forget_silent, ids=over, now=now))


def _crash(workspace: UUID, run_id: UUID, now: datetime) -> None:
    try:
        write(lambda session: crash_silent_run(session, workspace, run_id, now=now))
    except NotFoundError:  # it was removed meanwhile
        return
