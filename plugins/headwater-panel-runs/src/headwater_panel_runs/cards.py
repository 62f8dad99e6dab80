"""The cards on the start page. Each is a fragment that asks again by itself."""

from collections import Counter
from datetime import timedelta

from flask import Response, make_response, render_template, request

from headwater.api import current_workspace, cursor_of, now, reading
from headwater.api.pages import HIGH, WIDE
from headwater.api.runs import (
    StateType,
    count_by_hour,
    list_newest_flow_runs,
)
from headwater_panel_runs.bars import draw_stacks
from headwater_panel_runs.blueprint import blueprint
from headwater_panel_runs.shown import ShownRun, in_order, show_run, total
from headwater_panel_runs.wanted import WantedRuns

HOURS = 24
LISTED = 6
GONE_WRONG = (StateType.FAILED, StateType.CRASHED)
UNDER_WAY = (StateType.RUNNING, StateType.CANCELLING)


@blueprint.get("/runs/cards/states")
def show_states_card() -> Response:
    until = now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    since = until - timedelta(hours=HOURS)
    with reading() as session:
        rows = count_by_hour(session, current_workspace(), since, until)
    counts: Counter[str | None] = Counter()
    of_numbers: list[dict[str, int]] = [{} for _ in range(HOURS)]
    for row in rows:
        counts[row.state_type] += row.runs
        of_numbers[row.hour][str(row.state_type)] = row.runs
    return answer(
        "_states_card.html",
        (since, sorted(map(str, rows))),
        bars=draw_stacks(of_numbers, since, timedelta(hours=1)),
        counts=list(in_order(counts)),
        total=total(counts),
        high=HIGH,
        wide=WIDE * HOURS,
        api_url=f"{request.url_root}api",
    )


@blueprint.get("/runs/cards/failures")
def show_failures_card() -> Response:
    runs = _list_latest(GONE_WRONG)
    return answer("_failures_card.html", runs, runs=runs)


@blueprint.get("/runs/cards/running")
def show_running_card() -> Response:
    runs = _list_latest(UNDER_WAY)
    return answer("_running_card.html", runs, runs=runs)


def _list_latest(states: tuple[StateType, ...]) -> list[ShownRun]:
    with reading() as session:
        dialect = session.get_bind().dialect.name
        condition = WantedRuns().condition(current_workspace(), dialect, now())
        rows = list_newest_flow_runs(session, condition, LISTED, states)
    return [show_run(row) for row in rows]


def answer(template: str, shown: object, **context: object) -> Response:
    cursor = cursor_of(shown)
    if request.args.get("after") == cursor:
        return make_response("", 204)
    page = render_template(f"headwater_panel_runs/{template}", cursor=cursor, now=now(), **context)
    return make_response(page, {"Cache-Control": "no-store"})
