"""What clients ask of the event log over HTTP."""

import base64
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, url_for

from headwater import clock
from headwater.db.session import reading
from headwater.errors import ForbiddenError
from headwater.events.schemas.filters import (
    LIMIT,
    Countable,
    CountsWanted,
    EventCount,
    EventFilter,
    EventPage,
    EventsWanted,
    NextPage,
    PageToken,
)
from headwater.events.service import reading as service
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import answer, parse_body, parse_query

blueprint = Blueprint("event_log_api", __name__, url_prefix="/api/events")


@blueprint.post("/filter")
@needs("events:read")
@describes("List events.", body=EventsWanted, answers={200: EventPage})
def post_event_filter() -> Response:
    """The times of the filter stay what they are for all pages."""
    wanted, workspace = parse_body(EventsWanted), current_workspace()
    resolved = (wanted.filter or EventFilter()).at(clock.now())
    limit = LIMIT if wanted.limit is None else wanted.limit
    with reading() as session:
        found = service.find_events(session, workspace, resolved, limit)
    return answer(
        _page(found, PageToken(filter=resolved, count=found.total, page_size=limit, offset=0))
    )


@blueprint.get("/filter/next")
@needs("events:read")
@describes("List the next page of events.", query=NextPage, answers={200: EventPage})
def get_next_page() -> Response:
    token, workspace = _read_token(parse_query(NextPage).page_token), current_workspace()
    page = (token.page_size, token.offset, token.count)
    with reading() as session:
        found = service.find_events(session, workspace, token.filter, *page)
    return answer(_page(found, token))


@blueprint.post("/count-by/<any(day, time, event, resource):countable>")
@needs("events:read")
@describes(
    "Count events by time, name or resource.", body=CountsWanted, answers={200: list[EventCount]}
)
def post_counts(countable: str) -> Response:
    wanted, workspace, now = parse_body(CountsWanted), current_workspace(), clock.now()
    with reading() as session:
        counts = service.count_by(session, workspace, Countable(countable), wanted, now=now)
    return answer([asdict(count) for count in counts])


def _page(found: service.Found, here: PageToken) -> dict[str, Any]:
    """Return a page as the wire has it, with the address of the next."""
    end = here.offset + here.page_size
    address = None
    if end < found.total:
        token = here.model_copy(update={"offset": end}).model_dump_json().encode()
        text = base64.urlsafe_b64encode(token).decode()
        address = url_for(".get_next_page", _external=True, **{"page-token": text})
    return {"events": found.events, "total": found.total, "next_page": address}


def _read_token(text: str) -> PageToken:
    try:
        return PageToken.model_validate_json(base64.b64decode(text, altchars=b"-_", validate=True))
    except ValueError:  # a ValidationError, too
        raise ForbiddenError("Forbidden") from None
