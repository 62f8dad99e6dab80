"""The routes of the queues of a work pool."""

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.runs.queries import slots
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body
from headwater.work.queries import pools
from headwater.work.queries import queues as queries
from headwater.work.routes.showing import show_new, show_queue
from headwater.work.schemas.lists import WorkQueuePage
from headwater.work.schemas.queues import (
    WorkQueueCreate,
    WorkQueueResponse,
    WorkQueueUpdate,
)
from headwater.work.service import queues as service

blueprint = Blueprint(
    "pool_queues_api", __name__, url_prefix="/api/work_pools/<work_pool_name>/queues"
)


@blueprint.post("")
@needs("work:write")
@describes("Create a queue of a work pool.", body=WorkQueueCreate, answers={201: WorkQueueResponse})
def post_queue(work_pool_name: str) -> Response:
    new, workspace, now = parse_body(WorkQueueCreate), current_workspace(), clock.now()
    queue = write(lambda session: service.create(session, workspace, work_pool_name, new, now=now))
    return answer(show_queue(show_new(queue)), 201)


@blueprint.get("/<name>")
@needs("work:read")
@describes("Read a queue of a work pool.", answers={200: WorkQueueResponse})
def get_queue(work_pool_name: str, name: str) -> Response:
    with reading() as session:
        found = slots.find_shown_queue_of_pool(session, current_workspace(), work_pool_name, name)
    row = queries.existing(found, work_pool_name, name)
    return answer(show_queue(row._asdict()))


@blueprint.post("/filter")
@needs("work:read")
@describes(
    "List the queues of a work pool by their priority.",
    body=WorkQueuePage,
    answers={200: list[WorkQueueResponse]},
)
def post_queue_filter(work_pool_name: str) -> Response:
    wanted = parse_body(WorkQueuePage)
    page = (wanted.work_queues, wanted.page_limit, wanted.offset)
    with reading() as session:
        pool = pools.get_pool(session, current_workspace(), work_pool_name)
        rows = slots.list_shown_queues_of_pool(session, pool.id, *page)
    return answer([show_queue(row._asdict()) for row in rows])


@blueprint.patch("/<name>")
@needs("work:write")
@describes(
    "Change a queue of a work pool; what is absent stays.",
    body=WorkQueueUpdate,
    answers={204: None},
)
def patch_queue(work_pool_name: str, name: str) -> Response:
    change, workspace, now = parse_body(WorkQueueUpdate), current_workspace(), clock.now()
    write(
        lambda session: service.update_by_name(
            session, workspace, work_pool_name, name, change, now=now
        )
    )
    return no_content()


@blueprint.delete("/<name>")
@needs("work:write")
@describes("Delete a queue of a work pool, unless it is the default one.", answers={204: None})
def delete_queue(work_pool_name: str, name: str) -> Response:
    workspace, now = current_workspace(), clock.now()
    write(lambda session: service.delete_by_name(session, workspace, work_pool_name, name, now=now))
    return no_content()
