"""Who is there: statuses by when somebody was last heard."""

from datetime import datetime, timedelta

from headwater.work.schemas.pools import AGENTS
from headwater.work.schemas.statuses import WorkerStatus, WorkPoolStatus, WorkQueueStatus

MISSED = 3  # heartbeats after which a worker counts as gone
FALLBACK_INTERVAL = 30  # seconds between heartbeats of a worker that does not say
POLLED_WITHIN = timedelta(seconds=60)  # else nobody asks for a queue's runs any more


def patience(interval: int | None) -> timedelta:
    """Return how long a worker may be silent that has this interval, in seconds."""
    return timedelta(seconds=(interval or FALLBACK_INTERVAL) * MISSED)


def worker_status(last_heartbeat: datetime, interval: int | None, now: datetime) -> WorkerStatus:
    online = now - last_heartbeat < patience(interval)
    return WorkerStatus.ONLINE if online else WorkerStatus.OFFLINE


def pool_status(kind: str, *, paused: bool, online: bool) -> WorkPoolStatus | None:
    """Return what a pool is; *online*: it has a worker. A pool of agents has no status."""
    if kind == AGENTS:
        return None
    if paused:
        return WorkPoolStatus.PAUSED
    return WorkPoolStatus.READY if online else WorkPoolStatus.NOT_READY


def was_polled(last_polled: datetime | None, now: datetime) -> bool:
    return last_polled is not None and now - last_polled <= POLLED_WITHIN


def queue_status(last_polled: datetime | None, *, paused: bool, now: datetime) -> WorkQueueStatus:
    if paused:
        return WorkQueueStatus.PAUSED
    return WorkQueueStatus.READY if was_polled(last_polled, now) else WorkQueueStatus.NOT_READY
