"""Conditions over work pools and queues."""

from headwater.db.criteria import Condition, join, meet
from headwater.work.models import WorkPool, WorkQueue
from headwater.work.schemas import WorkPoolFilter, WorkQueueFilter

work_pool, work_queue = WorkPool.__table__, WorkQueue.__table__


def conditions_of_work_pools(wanted: WorkPoolFilter) -> Condition:
    c = work_pool.c
    asked = [*meet(c.id, wanted.id), *meet(c.name, wanted.name), *meet(c.type, wanted.type)]
    return join(wanted, asked)


def conditions_of_work_queues(wanted: WorkQueueFilter) -> Condition:
    c = work_queue.c
    return join(wanted, [*meet(c.id, wanted.id), *meet(c.name, wanted.name)])
