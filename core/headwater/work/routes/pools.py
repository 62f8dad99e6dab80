"""The routes of work pools."""

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.runs.queries import slots
from headwater.web.caller import current_caller
from headwater.web.context import current_vault, current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body
from headwater.work.queries import pools as queries
from headwater.work.routes.showing import show_new, show_pool
from headwater.work.schemas.lists import WorkPoolPage, WorkPoolsWanted
from headwater.work.schemas.pools import (
    WorkPoolCreate,
    WorkPoolResponse,
    WorkPoolUpdate,
)
from headwater.work.service import pools as service

blueprint = Blueprint("work_pools_api", __name__, url_prefix="/api/work_pools")


@blueprint.post("/")
@needs("work:write")
@describes("Create a work pool.", body=WorkPoolCreate, answers={201: WorkPoolResponse})
def post_pool() -> Response:
    new, workspace, now = parse_body(WorkPoolCreate), current_workspace(), clock.now()
    vault = current_vault()
    pool = write(lambda session: service.create(session, workspace, new, vault, now=now))
    return answer(show_pool(show_new(pool), current_caller()), 201)


@blueprint.get("/<name>")
@needs("work:read")
@describes("Read a work pool.", answers={200: WorkPoolResponse})
def get_pool(name: str) -> Response:
    with reading() as session:
        found = slots.find_shown_pool(session, current_workspace(), name)
    return answer(show_pool(queries.existing(found, name)._asdict(), current_caller()))


@blueprint.post("/filter")
@needs("work:read")
@describes("List work pools.", body=WorkPoolPage, answers={200: list[WorkPoolResponse]})
def post_pool_filter() -> Response:
    wanted, caller = parse_body(WorkPoolPage), current_caller()
    conditions = queries.pools_wanted(current_workspace(), wanted.work_pools)
    with reading() as session:
        rows = slots.list_shown_pools(session, conditions, wanted.page_limit, wanted.offset)
    return answer([show_pool(row._asdict(), caller) for row in rows])


@blueprint.post("/count")
@needs("work:read")
@describes("Count work pools.", body=WorkPoolsWanted, answers={200: int})
def post_pool_count() -> Response:
    wanted = parse_body(WorkPoolsWanted)
    with reading() as session:
        return answer(queries.count_pools(session, current_workspace(), wanted.work_pools))


@blueprint.patch("/<name>")
@needs("work:write")
@describes("Change a work pool; what is absent stays.", body=WorkPoolUpdate, answers={204: None})
def patch_pool(name: str) -> Response:
    change, workspace, now = parse_body(WorkPoolUpdate), current_workspace(), clock.now()
    write(lambda session: service.update(session, workspace, name, change, now=now))
    return no_content()


@blueprint.delete("/<name>")
@needs("work:write")
@describes("Delete a work pool with its queues and workers.", answers={204: None})
def delete_pool(name: str) -> Response:
    workspace, now = current_workspace(), clock.now()
    write(lambda session: service.delete(session, workspace, name, now=now))
    return no_content()
