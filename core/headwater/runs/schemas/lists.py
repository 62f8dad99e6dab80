"""The bodies of filter and count routes: filters of several objects, sorted and paged."""

from typing import Self

from pydantic import ConfigDict, model_validator

from headwater.criteria import count_values
from headwater.deployments.schemas.filters import DeploymentFilter, DeploymentSort
from headwater.runs.schemas.flow_runs import FlowRunFilter, FlowRunSort
from headwater.runs.schemas.flows import FlowFilter, FlowSort
from headwater.runs.schemas.logs import LogFilter, LogSort
from headwater.runs.schemas.task_runs import TaskRunFilter, TaskRunSort
from headwater.shapes import Shape
from headwater.web.paging import Page
from headwater.work.schemas.pools import WorkPoolFilter
from headwater.work.schemas.queues import WorkQueueFilter

MOST_VALUES = 20_000  # of all filters together; a statement has an end


class RunsWanted(Shape):
    """Runs that meet all of these; those of other objects are met by a related one."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    flows: FlowFilter | None = None
    flow_runs: FlowRunFilter | None = None
    task_runs: TaskRunFilter | None = None
    deployments: DeploymentFilter | None = None
    work_pools: WorkPoolFilter | None = None
    work_pool_queues: WorkQueueFilter | None = None
    work_queues: WorkQueueFilter | None = None

    @model_validator(mode="after")
    def bound_values(self) -> Self:
        if (count := count_values(self)) > MOST_VALUES:
            raise ValueError(f"the filters have {count} values, at most {MOST_VALUES} are taken")
        return self


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
