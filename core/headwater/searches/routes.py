"""The routes of saved searches."""

from uuid import UUID

from flask import Blueprint, Response

from headwater import clock
from headwater.db.session import reading, write
from headwater.searches import queries, service
from headwater.searches.schemas import SavedSearch, SavedSearchCreate
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.paging import Page
from headwater.web.rights import needs
from headwater.web.wire import answer, no_content, parse_body

blueprint = Blueprint("saved_searches_api", __name__, url_prefix="/api/saved_searches")


@blueprint.put("/")
@needs("searches:write")
@describes(
    "Save a search under its name.",
    body=SavedSearchCreate,
    answers={200: SavedSearch, 201: SavedSearch},
)
def put_search() -> Response:
    new, workspace, now = parse_body(SavedSearchCreate), current_workspace(), clock.now()
    row, created = write(lambda session: service.save(session, workspace, new, now=now))
    return answer(row._asdict(), 201 if created else 200)


@blueprint.post("/filter")
@needs("searches:read")
@describes("List saved searches by name.", body=Page, answers={200: list[SavedSearch]})
def post_search_filter() -> Response:
    wanted, workspace = parse_body(Page), current_workspace()
    with reading() as session:
        rows = queries.list_searches(session, workspace, wanted.page_limit, wanted.offset)
    return answer([row._asdict() for row in rows])


@blueprint.get("/<uuid:search_id>")
@needs("searches:read")
@describes("Read a saved search.", answers={200: SavedSearch})
def get_search(search_id: UUID) -> Response:
    with reading() as session:
        row = queries.get_search(session, current_workspace(), search_id)
    return answer(row._asdict())


@blueprint.delete("/<uuid:search_id>")
@needs("searches:write")
@describes("Delete a saved search.", answers={204: None})
def delete_search(search_id: UUID) -> Response:
    workspace = current_workspace()
    write(lambda session: queries.delete_search(session, workspace, search_id))
    return no_content()
