"""How clients add to the event log over a socket: each frame is one event, nothing is answered.

A frame that is no event costs no other: those before it and after it are kept, then the socket is
closed with the reason. An event that is too large is left out with a warning and the socket stays,
as with the clients' own server: they would send it again, and so never get any further.
"""

import logging
from collections.abc import Sequence
from functools import partial

from flask import current_app
from pydantic import ValidationError

from headwater import clock
from headwater.db.session import write
from headwater.events import service
from headwater.events.schemas import LARGEST, Event, OldEvent, parse_event
from headwater.web.context import current_workspace
from headwater.web.sockets.closing import INVALID_DATA, PROTOCOL_ERROR, UNSUPPORTED, Farewell
from headwater.web.sockets.peer import Peer
from headwater.web.sockets.routes import Receive, SocketRoute

logger = logging.getLogger(__name__)


def open_events_in(peer: Peer) -> Receive:
    return partial(receive_frames, peer)


EVENTS_IN = SocketRoute("/api/events/in", "events:write", open_events_in)


def receive_frames(peer: Peer, frames: Sequence[str]) -> None:
    events, refusal = read_frames(frames, OldEvent if peer.subprotocol is None else Event)
    workspace, now = current_workspace(), clock.now()
    readers = current_app.extensions[service.READERS]
    if events:
        write(lambda session: service.receive(session, workspace, events, readers, now=now))
    if refusal is not None:
        logger.warning("%s: closed with %d, %s", peer.path, refusal.code, refusal.reason)
        peer.close(refusal.code, refusal.reason)


def read_frames(
    frames: Sequence[str], model: type[Event] = Event
) -> tuple[list[Event], Farewell | None]:
    """Return the events among *frames*, and how to close for the first that is none."""
    events: list[Event] = []
    refusal: Farewell | None = None
    for frame in frames:
        if len(frame) > LARGEST or len(frame) * 4 > LARGEST < len(frame.encode()):
            logger.warning("an event of %d characters is left out: it is too large", len(frame))
            continue
        try:
            events.append(parse_event(frame, model))
        except ValidationError as error:
            refusal = refusal or _refuse(error)
    return events, refusal


def _refuse(error: ValidationError) -> Farewell:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    words = first["msg"].removeprefix("Value error, ")
    if first["type"] == "json_invalid":
        return Farewell(INVALID_DATA, words)
    if first["type"] == "model_type":
        return Farewell(UNSUPPORTED, "Invalid event: not a JSON object")
    place = ".".join(map(str, first["loc"]))
    return Farewell(PROTOCOL_ERROR, f"Invalid event: {place}: {words}")
