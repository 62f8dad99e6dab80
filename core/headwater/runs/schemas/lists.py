"""The bodies of filter and count routes: filters of several objects, sorted and paged."""

from headwater.criteria import Filters
from headwater.deployments.schemas.filters import DeploymentFilter, DeploymentSort
from headwater.runs.schemas.flow_runs import FlowRunFilter, FlowRunSort
from headwater.runs.schemas.flows import FlowFilter, FlowSort
from headwater.runs.schemas.logs import LogFilter, LogSort
from headwater.runs.schemas.task_runs import TaskRunFilter, TaskRunSort
from headwater.web.paging import Page
from headwater.work.schemas.pools import WorkPoolFilter
from headwater.work.schemas.queues import WorkQueueFilter


class RunsWanted(Filters):
    """Runs that meet all of these; those of other objects are met by a related one."""

    flows: FlowFilter | None = None
    flow_runs: FlowRunFilter | None = None
    task_runs: TaskRunFilter | None = None
    deployments: DeploymentFilter | None = None
    work_pools: WorkPoolFilter | None = None
    work_pool_queues: WorkQueueFilter | None = None
    work_queues: WorkQueueFilter | None = None

    @property
    def are_all(self) -> bool:
        """Whether nothing is asked of them."""
        return all(getattr(self, name) is None for name in RunsWanted.model_fields)


class FlowPage(RunsWanted, Page):
    sort: FlowSort = FlowSort.NAME_ASC


class DeploymentPage(RunsWanted, Page):
    sort: DeploymentSort = DeploymentSort.NAME_ASC


class FlowRunPage(RunsWanted, Page):
    sort: FlowRunSort = FlowRunSort.ID_DESC


class TaskRunPage(RunsWanted, Page):
    sort: TaskRunSort = TaskRunSort.ID_DESC


class LogPage(Page):
    logs: LogFilter | None = None
    sort: LogSort = LogSort.TIMESTAMP_ASC
