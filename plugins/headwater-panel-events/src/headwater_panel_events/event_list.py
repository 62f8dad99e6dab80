"""The event log as a list: filtered by its URL, the newest first, following what happens."""

from time import monotonic

from flask import Response, request

from headwater.api import current_workspace, cursor_of, now, reading, render_live, wants_fragment
from headwater.api.events import find_events
from headwater_panel_events.blueprint import blueprint
from headwater_panel_events.history import read_history
from headwater_panel_events.shown import show_event_row
from headwater_panel_events.wanted import WINDOWS, parse_wanted, place_after

PAGE = 50
PACES = ((0.2, 2), (1.0, 5))  # a look that took so long is followed by the next after so long
SLOWEST = 30  # seconds
UNCOUNTED = 0  # find_events counts all that a filter means, where it is not told how many


@blueprint.get("/events")
def show_events() -> Response:
    moment, workspace = now(), current_workspace()
    wanted = parse_wanted(request.args, moment)
    skip = wanted.before.skip if wanted.before else 0
    # The chart asks for its own news. Whoever filters anew needs another one, though.
    follows = wants_fragment() and "after" in request.args
    began = monotonic()
    with reading() as session:
        found = find_events(
            session, workspace, wanted.filter(moment), PAGE + 1, skip, total=UNCOUNTED
        )
        pace = pace_after(monotonic() - began)
        history = None
        if not follows and not wanted.before:
            history = read_history(session, workspace, wanted, moment)
    events = [show_event_row(one) for one in found.events[:PAGE]]
    older = None
    if len(found.events) > PAGE:
        older = place_after(wanted.before, [event.occurred for event in events])
    return render_live(
        "headwater_panel_events/events.html",
        "headwater_panel_events/_events_and_history.html",
        shown=(events, older, pace),
        events=events,
        older=older,
        history=history,
        history_cursor=history and cursor_of(history.shown),
        wanted=wanted,
        pace=pace,
        windows=WINDOWS,
    )


def pace_after(took: float) -> int:
    """Return the seconds until the next look: one through the whole log is not for each two."""
    return next((pace for limit, pace in PACES if took < limit), SLOWEST)
