"""Reads what the database tells of the server, the same whichever process is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from headwater.concurrency.service.limits import room_of
from headwater.metrics import queries


@dataclass(frozen=True)
class Queue:
    """How many runs of a queue wait for a worker: those whose time has come, and is long past."""

    pool: str
    name: str
    ready: int
    late: int


@dataclass(frozen=True)
class Slots:
    limit: str
    slots: int
    taken: int


@dataclass(frozen=True)
class Figures:
    """Lags are seconds by which work is behind its time, 0 where it is not."""

    runs: Mapping[str, int]
    scheduler_lag: float
    event_lags: Mapping[str, float]
    action_lag: float
    queues: list[Queue]
    slots: list[Slots]
    deliveries: Mapping[str, int]
    delivery_lag: float
    ill_channels: Mapping[str, int]


def read_figures(session: Session, late_after: timedelta, *, now: datetime) -> Figures:
    """Return what five statements tell."""
    found = queries.get_figures(session, now)
    queues = queries.list_queues(session, now, now - late_after)
    limits = queries.list_limits(session, now)
    return Figures(
        runs={state or "NONE": runs for state, runs in queries.count_runs(session).items()},
        scheduler_lag=_behind(found.plan_at, now),
        event_lags={row.name: _behind(row.unread, now) for row in queries.list_readers(session)},
        action_lag=_behind(found.action_due, now),
        queues=[Queue(row.pool, row.queue, row.due - row.late, row.late) for row in queues],
        slots=[
            Slots(row.name, row.limit, room_of(row, int(row.leased), now).taken) for row in limits
        ],
        deliveries={"waiting": found.waiting, "held": found.held, "dead": found.dead},
        delivery_lag=_behind(found.due, now),
        ill_channels={"resting": found.resting, "disabled": found.disabled},
    )


def _behind(due: datetime | None, now: datetime) -> float:
    return 0.0 if due is None else max(0.0, (now - due).total_seconds())
