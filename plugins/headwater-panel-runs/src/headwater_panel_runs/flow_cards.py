"""The card of flows on the start page."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import Response

from headwater.api import current_workspace, now, reading
from headwater.api.runs import count_by_flow
from headwater_panel_runs.cards import LISTED, answer
from headwater_panel_runs.flows import blueprint
from headwater_panel_runs.shown import in_order, total

LATELY = timedelta(hours=24)


@dataclass(frozen=True)
class Share:
    """Runs of one state, as a part of a flow's bar; both numbers are percent."""

    state: str
    runs: int
    x: float
    width: float


@dataclass(frozen=True)
class FlowLine:
    id: UUID
    name: str
    runs: int
    latest: datetime
    shares: tuple[Share, ...]


@blueprint.get("/flows/cards/flows")
def show_flows_card() -> Response:
    moment = now()
    with reading() as session:
        rows = count_by_flow(session, current_workspace(), moment - LATELY, moment)
    counts: dict[UUID, Counter[str | None]] = defaultdict(Counter)
    names: dict[UUID, str] = {}
    latest: dict[UUID, datetime] = {}
    for row in rows:
        counts[row.flow_id][row.state_type] += row.runs
        names[row.flow_id] = row.flow_name
        latest[row.flow_id] = max(row.latest, latest.get(row.flow_id, row.latest))
    newest = sorted(latest, key=lambda one: latest[one], reverse=True)[:LISTED]
    lines = [
        FlowLine(one, names[one], total(counts[one]), latest[one], _shares(counts[one]))
        for one in newest
    ]
    return answer("_flows_card.html", (lines, len(names)), flows=lines, count=len(names))


def _shares(counts: Counter[str | None]) -> tuple[Share, ...]:
    shares, x, whole = [], 0.0, max(1, total(counts))
    for kind, runs in in_order(counts):
        width = 100 * runs / whole
        shares.append(Share(kind, runs, round(x, 3), round(width, 3)))
        x += width
    return tuple(shares)
