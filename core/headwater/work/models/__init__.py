"""The tables of work pools, their queues and their workers."""

from headwater.work.models.pools import WorkPool
from headwater.work.models.queues import WorkQueue
from headwater.work.models.workers import Worker

__all__ = ["WorkPool", "WorkQueue", "Worker"]
