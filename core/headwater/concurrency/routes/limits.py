"""The routes of global concurrency limits."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.concurrency.schemas.limits import Limit, LimitCreate, LimitUpdate, NewLimit
from headwater.concurrency.service import limits as service
from headwater.db.session import reading, write
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.paging import Page
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("concurrency_limits_api", __name__, url_prefix="/api/v2/concurrency_limits")


@blueprint.post("/")
@needs("concurrency:write")
@describes("Create a global concurrency limit.", body=LimitCreate, answers={201: NewLimit})
def post_limit() -> Response:
    new, workspace, now = parse_body(LimitCreate), current_workspace(), clock.now()
    return answer(write(lambda session: service.create(session, workspace, new, now=now)), 201)


@blueprint.get("/<id_or_name>")
@needs("concurrency:read")
@describes("Read a global concurrency limit by its id or name.", answers={200: Limit})
def get_limit(id_or_name: str) -> Response:
    with reading() as session:
        found = service.get(session, current_workspace(), _key(id_or_name), now=clock.now())
    return answer(found)


@blueprint.post("/filter")
@needs("concurrency:read")
@describes("List global concurrency limits by name.", body=Page, answers={200: list[Limit]})
def post_limit_filter() -> Response:
    page = parse_body(Page)
    with reading() as session:
        found = service.list_page(
            session, current_workspace(), page.page_limit, page.offset, now=clock.now()
        )
    return answer(found)


@blueprint.patch("/<id_or_name>")
@needs("concurrency:write")
@describes("Change a global concurrency limit.", body=LimitUpdate, answers={204: None})
def patch_limit(id_or_name: str) -> Response:
    change, workspace, now = parse_body(LimitUpdate), current_workspace(), clock.now()
    key = _key(id_or_name)
    write(lambda session: service.update(session, workspace, key, change, now=now))
    return no_content()


@blueprint.delete("/<id_or_name>")
@needs("concurrency:write")
@describes("Delete a global concurrency limit by its id or name.", answers={204: None})
def delete_limit(id_or_name: str) -> Response:
    key, workspace, now = _key(id_or_name), current_workspace(), clock.now()
    write(lambda session: service.delete(session, workspace, key, now=now))
    return no_content()


def _key(id_or_name: str) -> UUID | str:
    try:
        return UUID(id_or_name)
    except ValueError:
        return id_or_name
