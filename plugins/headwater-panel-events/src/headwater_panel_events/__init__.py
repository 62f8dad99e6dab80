"""Shows what happened: the event log, searched and followed, and a page of each event."""

from headwater.api import NavigationEntry, Panel, ResourcePage, hookimpl
from headwater_panel_events import event_list, event_page, history
from headwater_panel_events.blueprint import blueprint

headwater_api = ">=1.0,<2"

# Each of these adds its views to the blueprint.
VIEWS = (event_list, event_page, history)


@hookimpl
def headwater_panels() -> list[Panel]:
    entry = NavigationEntry("Events", "show_events", rank=30)
    pages = [ResourcePage("event", "show_event", "event_id")]
    return [Panel("events", blueprint, entry, right="events:read", resources=pages)]
