"""The bodies of routes that list and count pools, queues and workers."""

from pydantic import ConfigDict

from headwater.shapes import Shape
from headwater.web.paging import Page
from headwater.work.schemas.pools import WorkPoolFilter
from headwater.work.schemas.queues import WorkQueueFilter
from headwater.work.schemas.workers import WorkerFilter


class WorkPoolsWanted(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    work_pools: WorkPoolFilter | None = None


class WorkPoolPage(Page):
    work_pools: WorkPoolFilter | None = None


class WorkQueuePage(Page):
    work_queues: WorkQueueFilter | None = None


class WorkerPage(Page):
    workers: WorkerFilter | None = None
