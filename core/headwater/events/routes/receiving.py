"""How clients add to the event log over HTTP."""

from flask import Blueprint, Response, current_app, request
from pydantic import TypeAdapter

from headwater import clock
from headwater.db.session import write
from headwater.errors import InvalidRequestError
from headwater.events import service
from headwater.events.schemas import LARGEST, Event, OldEvent
from headwater.shapes import LATE
from headwater.web.caller import Major, current_caller
from headwater.web.context import current_workspace
from headwater.web.describing import describes
from headwater.web.rights import needs
from headwater.web.wire import no_content, parse_list

blueprint = Blueprint("events_api", __name__, url_prefix="/api")

_EVENTS = TypeAdapter(list[Event], config=LATE)
_OLD_EVENTS = TypeAdapter(list[OldEvent], config=LATE)


@blueprint.post("/events")
@needs("events:write")
@describes("Append events to the log.", body=list[Event], answers={204: None})
def post_events() -> Response:
    events = _parse_events()
    _refuse_large(events)
    workspace, now = current_workspace(), clock.now()
    readers = current_app.extensions[service.READERS]
    left_out = write(lambda session: service.receive(session, workspace, events, readers, now=now))
    if left_out:
        raise RuntimeError(f"{len(left_out)} of {len(events)} events are left out")
    return no_content()


def _parse_events() -> list[Event]:
    if current_caller().major is Major.TWO:
        return [*parse_list(_OLD_EVENTS)]
    return parse_list(_EVENTS)


def _refuse_large(events: list[Event]) -> None:
    """Refuse all, naming each that is too large: the clients' own server drops those silently."""
    if len(request.get_data()) <= LARGEST:
        return
    sizes = [len(event.model_dump_json()) for event in events]
    details = [
        {
            "type": "event_too_large",
            "loc": ["body", index],
            "msg": f"Event is too large: {size} bytes, at most {LARGEST} are taken",
            "input": str(events[index].id),
        }
        for index, size in enumerate(sizes)
        if size > LARGEST
    ]
    if details:
        raise InvalidRequestError(details)
