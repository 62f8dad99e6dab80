"""The incidents that automations declared, the newest first: those that are open, or others."""

from dataclasses import dataclass
from time import monotonic
from typing import Any

from flask import Response, request
from werkzeug.datastructures import MultiDict

from headwater.api import current_workspace, needs, reading, render_live
from headwater.api.incidents import IncidentsWanted, Severity, list_incidents
from headwater.api.pages import Wanted, pace_after
from headwater_panel_automations.blueprint import blueprint
from headwater_panel_automations.shown_incidents import SEVERITIES, show_incidents

PAGE = 50
FURTHEST = 10_000  # incidents before a page
STEADY = 5  # seconds between two looks; one that takes long is repeated less often
# By what an address says: what a list is of, and what the API is asked for.
STATES: dict[str, tuple[str, bool | None]] = {
    "open": ("Open", True),
    "closed": ("Closed", False),
    "all": ("Open and closed", None),
}


@dataclass(frozen=True)
class WantedIncidents(Wanted):
    """*skip* is how many incidents stand on the pages before."""

    state: str = "open"
    severities: tuple[Severity, ...] = ()
    skip: int = 0

    def said(self) -> dict[str, Any]:
        return {
            "state": "" if self.state == "open" else self.state,
            "severity": [str(one) for one in self.severities],
            "skip": self.skip,
        }

    def page(self) -> IncidentsWanted:
        """Return what the API is asked for: one more than there is place for."""
        return IncidentsWanted(
            open=STATES[self.state][1],
            severities=list(self.severities),
            limit=PAGE + 1,
            offset=self.skip,
        )


def parse_wanted(query: MultiDict[str, str]) -> WantedIncidents:
    """Read an address; what makes no sense there asks for nothing."""
    state, skip = query.get("state", ""), query.get("skip", "")
    return WantedIncidents(
        state=state if state in STATES else "open",
        severities=tuple(one for one in Severity if one in query.getlist("severity")),
        skip=min(int(skip[:9]), FURTHEST) if skip.isascii() and skip.isdigit() else 0,
    )


@blueprint.get("/automations/incidents")
@needs("incidents:read")
def show_incident_list() -> Response:
    wanted, workspace = parse_wanted(request.args), current_workspace()
    began = monotonic()
    with reading() as session:
        rows = list_incidents(session, workspace, wanted.page())
        incidents = show_incidents(session, workspace, rows[:PAGE])
    more, pace = len(rows) > PAGE, max(STEADY, pace_after(monotonic() - began))
    return render_live(
        "headwater_panel_automations/incidents.html",
        "headwater_panel_automations/_incidents.html",
        shown=(incidents, more, pace),
        incidents=incidents,
        wanted=wanted,
        pace=pace,
        states=STATES,
        severities=SEVERITIES,
        older=wanted.skip + PAGE if more else None,
        newer=max(0, wanted.skip - PAGE),
    )
