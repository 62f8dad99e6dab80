"""The routes of the workers of a work pool."""

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body
from headwater.work.queries import pools
from headwater.work.queries import workers as queries
from headwater.work.routes.showing import show_worker
from headwater.work.schemas.lists import WorkerPage
from headwater.work.schemas.workers import Heartbeat, WorkerResponse
from headwater.work.service import workers as service

blueprint = Blueprint(
    "workers_api", __name__, url_prefix="/api/work_pools/<work_pool_name>/workers"
)


@blueprint.post("/heartbeat")
@needs("work:poll")
@describes("Tell that a worker is there.", body=Heartbeat, answers={204: None})
def post_heartbeat(work_pool_name: str) -> Response:
    heartbeat, workspace, now = parse_body(Heartbeat), current_workspace(), clock.now()
    write(lambda session: service.beat(session, workspace, work_pool_name, heartbeat, now=now))
    return no_content()


@blueprint.post("/filter")
@needs("work:read")
@describes(
    "List the workers of a pool, who was heard last first.",
    body=WorkerPage,
    answers={200: list[WorkerResponse]},
)
def post_worker_filter(work_pool_name: str) -> Response:
    wanted, now = parse_body(WorkerPage), clock.now()
    page = (wanted.workers, wanted.page_limit, wanted.offset)
    with reading() as session:
        pool = pools.get_pool(session, current_workspace(), work_pool_name)
        rows = queries.list_workers(session, pool.id, *page)
    return answer([show_worker(row._asdict(), now) for row in rows])


@blueprint.delete("/<name>")
@needs("work:write")
@describes("Forget a worker of a pool.", answers={204: None})
def delete_worker(work_pool_name: str, name: str) -> Response:
    workspace = current_workspace()
    write(lambda session: service.delete(session, workspace, work_pool_name, name))
    return no_content()
