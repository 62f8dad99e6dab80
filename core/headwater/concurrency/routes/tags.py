"""The routes of limits of task tags."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.concurrency.schemas.limits import MinimalLimit
from headwater.concurrency.schemas.tags import TagLimit, TagLimitCreate, TagReset, TagSlots
from headwater.concurrency.service import tags as service
from headwater.concurrency.service.limits import show_minimal
from headwater.db.session import reading, write
from headwater.web.caller import Major
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.paging import Page
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_body

blueprint = Blueprint("tag_limits_api", __name__, url_prefix="/api/concurrency_limits")


@blueprint.post("/")
@needs("concurrency:write")
@describes(
    "Set how many task runs with a tag may run at once.",
    body=TagLimitCreate,
    answers={200: TagLimit, 201: TagLimit},
)
def post_tag_limit() -> Response:
    new, workspace, now = parse_body(TagLimitCreate), current_workspace(), clock.now()
    limit, is_new = write(lambda session: service.create(session, workspace, new, now=now))
    return answer(limit, 201 if is_new else 200)


@blueprint.get("/<uuid:limit_id>")
@needs("concurrency:read")
@describes("Read a tag's limit by its id.", answers={200: TagLimit})
def get_tag_limit(limit_id: UUID) -> Response:
    with reading() as session:
        return answer(service.get(session, current_workspace(), limit_id, now=clock.now()))


@blueprint.get("/tag/<tag>")
@needs("concurrency:read")
@describes("Read a tag's limit.", answers={200: TagLimit})
def get_tag_limit_by_tag(tag: str) -> Response:
    with reading() as session:
        return answer(service.get(session, current_workspace(), tag, now=clock.now()))


@blueprint.post("/filter")
@needs("concurrency:read")
@describes("List limits of tags, by tag.", body=Page, answers={200: list[TagLimit]})
def post_tag_limit_filter() -> Response:
    page = parse_body(Page)
    with reading() as session:
        found = service.list_page(
            session, current_workspace(), page.page_limit, page.offset, now=clock.now()
        )
    return answer(found)


@blueprint.post("/tag/<tag>/reset")
@needs("concurrency:write")
@describes("Say who holds the slots of a tag.", body=TagReset, answers={200: type(None)})
def post_reset(tag: str) -> Response:
    holders = parse_body(TagReset).slot_override or []
    workspace, now = current_workspace(), clock.now()
    write(lambda session: service.reset(session, workspace, tag, holders, now=now))
    return answer(None)


@blueprint.delete("/<uuid:limit_id>")
@needs("concurrency:write")
@describes("Delete a tag's limit by its id.", answers={200: type(None)})
def delete_tag_limit(limit_id: UUID) -> Response:
    workspace, now = current_workspace(), clock.now()
    write(lambda session: service.delete(session, workspace, limit_id, now=now))
    return answer(None)


@blueprint.delete("/tag/<tag>")
@needs("concurrency:write")
@describes("Delete a tag's limit.", answers={200: type(None)})
def delete_tag_limit_by_tag(tag: str) -> Response:
    workspace, now = current_workspace(), clock.now()
    write(lambda session: service.delete(session, workspace, tag, now=now))
    return answer(None)


@blueprint.post("/increment")
@needs("concurrency:write")
@describes(
    "Take a slot of each of these tags for a task run.",
    body=TagSlots,
    answers={200: list[MinimalLimit]},
    only=Major.THREE,
)
def post_increment() -> Response:
    wanted, workspace, now = parse_body(TagSlots), current_workspace(), clock.now()
    limits = write(lambda session: service.take(session, workspace, wanted, now=now))
    return answer([service.show_by_tag(limit) for limit in limits])


@blueprint.post("/decrement")
@needs("concurrency:write")
@describes(
    "Give back a task run's slots of these tags.",
    body=TagSlots,
    answers={200: list[MinimalLimit]},
    only=Major.THREE,
)
def post_decrement() -> Response:
    wanted, workspace, now = parse_body(TagSlots), current_workspace(), clock.now()
    limits = write(lambda session: service.give_back(session, workspace, wanted, now=now))
    return answer([show_minimal(limit) for limit in limits])
