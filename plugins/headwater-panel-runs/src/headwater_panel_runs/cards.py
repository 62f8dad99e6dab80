"""The cards on the start page. Each is a fragment that asks again by itself."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response, make_response, render_template, request
from sqlalchemy import Row

from headwater.api import current_workspace, cursor_of, now, reading
from headwater.api.runs import (
    StateType,
    count_by_hour,
    list_newest_flow_runs,
)
from headwater_panel_runs.blueprint import blueprint
from headwater_panel_runs.shown import FLOW_RUN_STATES, ShownRun, in_order, show_run, total
from headwater_panel_runs.wanted import WantedRuns

HOURS = 24
LISTED = 6
HIGH = 56  # units of the chart, of which a bar for one hour is WIDE
WIDE = 10
GONE_WRONG = (StateType.FAILED, StateType.CRASHED)
UNDER_WAY = (StateType.RUNNING, StateType.CANCELLING)


@dataclass(frozen=True)
class Part:
    """The runs of one state in one hour, as a piece of its bar."""

    state: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    begin: datetime
    x: int
    runs: int
    states: tuple[tuple[str, int], ...]
    parts: tuple[Part, ...]


@blueprint.get("/runs/cards/states")
def show_states_card() -> Response:
    until = now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    since = until - timedelta(hours=HOURS)
    with reading() as session:
        rows = count_by_hour(session, current_workspace(), since, until)
    counts: Counter[str | None] = Counter()
    for row in rows:
        counts[row.state_type] += row.runs
    return _answer(
        "_states_card.html",
        (since, sorted(map(str, rows))),
        bars=draw_bars(rows, since),
        counts=list(in_order(counts)),
        total=total(counts),
        high=HIGH,
        wide=WIDE * HOURS,
        api_url=f"{request.url_root}api",
    )


@blueprint.get("/runs/cards/failures")
def show_failures_card() -> Response:
    runs = _list_latest(GONE_WRONG)
    return _answer("_failures_card.html", runs, runs=runs)


@blueprint.get("/runs/cards/running")
def show_running_card() -> Response:
    runs = _list_latest(UNDER_WAY)
    return _answer("_running_card.html", runs, runs=runs)


def draw_bars(rows: Sequence[Row[Any]], since: datetime) -> list[Bar]:
    """Return a bar for each hour, those of its states on top of each other."""
    by_hour: list[dict[str, int]] = [{} for _ in range(HOURS)]
    for row in rows:
        by_hour[row.hour][str(row.state_type)] = row.runs
    most = max(1, *(sum(states.values()) for states in by_hour))
    return [
        _draw_bar(states, since + timedelta(hours=hour), hour * WIDE, HIGH / most)
        for hour, states in enumerate(by_hour)
    ]


def _draw_bar(states: dict[str, int], begin: datetime, x: int, unit: float) -> Bar:
    y, parts, shown = float(HIGH), [], []
    for kind in FLOW_RUN_STATES:
        if runs := states.get(kind, 0):
            y -= runs * unit
            parts.append(Part(kind, round(y, 2), round(runs * unit, 2)))
            shown.append((kind.capitalize(), runs))
    return Bar(begin, x, sum(states.values()), tuple(shown), tuple(parts))


def _list_latest(states: tuple[StateType, ...]) -> list[ShownRun]:
    with reading() as session:
        dialect = session.get_bind().dialect.name
        condition = WantedRuns().condition(current_workspace(), dialect, now())
        rows = list_newest_flow_runs(session, condition, LISTED, states)
    return [show_run(row) for row in rows]


def _answer(template: str, shown: object, **context: object) -> Response:
    cursor = cursor_of(shown)
    if request.args.get("after") == cursor:
        return make_response("", 204)
    page = render_template(f"headwater_panel_runs/{template}", cursor=cursor, now=now(), **context)
    return make_response(page, {"Cache-Control": "no-store"})
