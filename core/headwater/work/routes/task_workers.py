"""The route that lists task workers."""

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading
from headwater.web.caller import Major
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_body
from headwater.work.schemas.task_workers import TaskWorkerResponse, TaskWorkersWanted
from headwater.work.service import task_workers as service

blueprint = Blueprint("task_workers_api", __name__, url_prefix="/api/task_workers")


@blueprint.post("/filter")
@needs("work:read")
@describes(
    "List the task workers that are there.",
    body=TaskWorkersWanted,
    answers={200: list[TaskWorkerResponse]},
    only=Major.THREE,
)
def post_task_worker_filter() -> Response:
    wanted, now = parse_body(TaskWorkersWanted), clock.now()
    with reading() as session:
        return answer(service.list_task_workers(session, current_workspace(), wanted, now=now))
