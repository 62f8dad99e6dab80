"""The routes of work queues by their ids, as agents and the clients' commands use them."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.runs.queries import slots
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body
from headwater.work.routes.showing import show_new, show_queue
from headwater.work.schemas.lists import WorkQueuePage
from headwater.work.schemas.queues import (
    WorkQueueCreate,
    WorkQueueResponse,
    WorkQueueUpdate,
)
from headwater.work.service import queues as service

blueprint = Blueprint("work_queues_api", __name__, url_prefix="/api/work_queues")


@blueprint.post("/")
@needs("work:write")
@describes(
    "Create a work queue in the pool of agents.",
    body=WorkQueueCreate,
    answers={201: WorkQueueResponse},
)
def post_work_queue() -> Response:
    new, workspace, now = parse_body(WorkQueueCreate), current_workspace(), clock.now()
    queue = write(lambda session: service.create_for_agents(session, workspace, new, now=now))
    return answer(show_queue(show_new(queue)), 201)


@blueprint.get("/<uuid:queue_id>")
@needs("work:read")
@describes("Read a work queue.", answers={200: WorkQueueResponse})
def get_work_queue(queue_id: UUID) -> Response:
    with reading() as session:
        row = slots.get_shown_queue(session, current_workspace(), queue_id)
    return answer(show_queue(row._asdict()))


@blueprint.get("/name/<name>")
@needs("work:read")
@describes("Read a work queue of the agents' pool by its name.", answers={200: WorkQueueResponse})
def get_work_queue_by_name(name: str) -> Response:
    with reading() as session:
        row = slots.get_shown_queue_of_agents(session, current_workspace(), name)
    return answer(show_queue(row._asdict()))


@blueprint.post("/filter")
@needs("work:read")
@describes(
    "List work queues of all pools.", body=WorkQueuePage, answers={200: list[WorkQueueResponse]}
)
def post_work_queue_filter() -> Response:
    wanted = parse_body(WorkQueuePage)
    page = (wanted.work_queues, wanted.page_limit, wanted.offset)
    with reading() as session:
        rows = slots.list_shown_queues(session, current_workspace(), *page)
    return answer([show_queue(row._asdict()) for row in rows])


@blueprint.patch("/<uuid:queue_id>")
@needs("work:write")
@describes("Change a work queue; what is absent stays.", body=WorkQueueUpdate, answers={204: None})
def patch_work_queue(queue_id: UUID) -> Response:
    change, workspace, now = parse_body(WorkQueueUpdate), current_workspace(), clock.now()
    write(lambda session: service.update(session, workspace, queue_id, change, now=now))
    return no_content()


@blueprint.delete("/<uuid:queue_id>")
@needs("work:write")
@describes("Delete a work queue, unless it is a pool's default one.", answers={204: None})
def delete_work_queue(queue_id: UUID) -> Response:
    workspace, now = current_workspace(), clock.now()
    write(lambda session: service.delete(session, workspace, queue_id, now=now))
    return no_content()
