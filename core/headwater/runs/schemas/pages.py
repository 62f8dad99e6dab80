"""The bodies and answers of routes that give pages by number, with the count of all."""

from headwater.deployments.schemas.answers import DeploymentResponse
from headwater.deployments.schemas.filters import DeploymentSort
from headwater.runs.schemas.answers import Flow, FlowRunResponse, TaskRun
from headwater.runs.schemas.flow_runs import FlowRunSort
from headwater.runs.schemas.flows import FlowSort
from headwater.runs.schemas.lists import RunsWanted
from headwater.runs.schemas.task_runs import TaskRunSort
from headwater.shapes import Shape
from headwater.web.paging import NumberedPage


class NumberedFlowPage(RunsWanted, NumberedPage):
    sort: FlowSort = FlowSort.NAME_ASC


class NumberedDeploymentPage(RunsWanted, NumberedPage):
    sort: DeploymentSort = DeploymentSort.NAME_ASC


class NumberedFlowRunPage(RunsWanted, NumberedPage):
    sort: FlowRunSort = FlowRunSort.ID_DESC


class NumberedTaskRunPage(RunsWanted, NumberedPage):
    sort: TaskRunSort = TaskRunSort.ID_DESC


class Pagination(Shape):
    count: int
    limit: int
    pages: int
    page: int


class FlowPaginationResponse(Pagination):
    results: list[Flow]


class DeploymentPaginationResponse(Pagination):
    results: list[DeploymentResponse]


class FlowRunPaginationResponse(Pagination):
    results: list[FlowRunResponse]


class TaskRunPaginationResponse(Pagination):
    results: list[TaskRun]
