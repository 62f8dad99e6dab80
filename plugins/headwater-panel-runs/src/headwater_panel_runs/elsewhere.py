"""Ways to the pages of other panels, where those are installed."""

from flask import current_app, url_for

EVENTS = "headwater_panel_events.show_events"


def find_events(resource_id: str) -> str | None:
    """Return where the events of a resource are listed, None where no panel lists events."""
    if EVENTS not in current_app.view_functions:
        return None
    return url_for(EVENTS, resource=resource_id)
