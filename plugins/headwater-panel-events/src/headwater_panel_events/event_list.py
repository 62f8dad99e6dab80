"""The event log as a list: filtered by its URL, the newest first, following what happens."""

from time import monotonic

from flask import Response, request

from headwater.api import current_workspace, cursor_of, now, reading, render_live, wants_fragment
from headwater.api.events import find_newest
from headwater.api.pages import WINDOWS, pace_after
from headwater_panel_events.blueprint import blueprint
from headwater_panel_events.history import USUAL, read_history
from headwater_panel_events.shown import show_event_row
from headwater_panel_events.wanted import parse_wanted, place_after

PAGE = 50
SLOWEST = 30  # seconds until the next look


@blueprint.get("/events")
def show_events() -> Response:
    moment, workspace = now(), current_workspace()
    wanted = parse_wanted(request.args, moment)
    skip = wanted.before.skip if wanted.before else 0
    # The chart asks for its own news. Whoever filters anew needs another one, though.
    follows = wants_fragment() and "after" in request.args
    began = monotonic()
    with reading() as session:
        found = find_newest(session, workspace, wanted.filter(moment), PAGE + 1, skip)
        pace = pace_after(monotonic() - began, SLOWEST)
        history = None
        if not follows and not wanted.before:
            history = read_history(session, workspace, wanted, moment)
    events = [show_event_row(one) for one in found.events[:PAGE]]
    occurred = [event.occurred for event in events]
    older = None
    if len(found.events) > PAGE:
        older = place_after(wanted.before, occurred, occurred[-1])
    elif found.looked_back_to:
        older = place_after(wanted.before, occurred, found.looked_back_to)
    return render_live(
        "headwater_panel_events/events.html",
        "headwater_panel_events/_events_and_history.html",
        shown=(events, older, pace, found.looked_back_to),
        events=events,
        older=older,
        looked_back_to=found.looked_back_to,
        history=history,
        history_cursor=history and cursor_of(history),
        wanted=wanted,
        pace=pace,
        windows=WINDOWS,
        usual=USUAL,
    )
