"""The tables of work pools, their queues and their workers."""

from headwater.work.models.pools import WorkPool
from headwater.work.models.queues import WorkQueue
from headwater.work.models.task_workers import TaskWorker
from headwater.work.models.workers import Worker

__all__ = ["TaskWorker", "WorkPool", "WorkQueue", "Worker"]
