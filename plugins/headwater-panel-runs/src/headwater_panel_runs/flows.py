"""The list of flows with what their runs did lately, and the page of each."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from pydantic import ValidationError
from sqlalchemy import Row, and_

from headwater.api import current_workspace, now, reading, render_live
from headwater.api.pages import HIGH, WIDE, pace_after, refuse
from headwater.api.runs import (
    AllTags,
    FlowFilter,
    Names,
    RunsWanted,
    count_runs_of_flows,
    flows_named_after,
    flows_wanted,
    get_flow,
    list_flows_by_name,
    list_last_runs,
    list_newest_flow_runs,
    older_than,
    parse,
    runs_of_flow,
)
from headwater_panel_runs.bars import RunBar, draw_runs
from headwater_panel_runs.elsewhere import find_events
from headwater_panel_runs.shown import ShownRun, in_order, show_run, total
from headwater_panel_runs.wanted import parse_place, write_place

PAGE = 25
BARS = 20  # small ones, of each flow of the list
RUNS = 50  # of one flow: of its list, and of its bars
LATELY, WEEK = timedelta(hours=24), timedelta(days=7)
# No templates or files of its own: those of the runs' blueprint serve both.
blueprint = Blueprint("headwater_panel_flows", __name__)


@dataclass(frozen=True)
class Bar:
    """A run's bar, and what leads to the run."""

    run: ShownRun
    bar: RunBar


@dataclass(frozen=True)
class ShownFlow:
    """*lately* and *week* are counts of runs by state, *last* is the run expected last."""

    id: UUID
    name: str
    tags: tuple[str, ...]
    lately: list[tuple[str, int]] = field(default_factory=list)
    week: list[tuple[str, int]] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)

    @property
    def last(self) -> ShownRun | None:
        return self.bars[-1].run if self.bars else None

    @property
    def runs_lately(self) -> int:
        return total(dict(self.lately))

    @property
    def runs_of_week(self) -> int:
        return total(dict(self.week))


@blueprint.get("/flows")
def show_flows() -> Response:
    moment, workspace = now(), current_workspace()
    name, tag = (request.args.get(key, "").strip() for key in ("name", "tag"))
    after = request.args.get("from_name", "")
    wanted = _parse(name, tag, after)
    began = monotonic()
    with reading() as session:
        dialect = session.get_bind().dialect.name
        condition = flows_wanted(workspace, wanted, dialect)
        if after:
            condition = and_(condition, flows_named_after(after))
        rows = list_flows_by_name(session, condition, PAGE + 1)
        ids = [row.id for row in rows[:PAGE]]
        times = {"since": moment - WEEK, "lately": moment - LATELY, "until": moment}
        counts = count_runs_of_flows(session, workspace, ids, **times)
        runs: dict[UUID, list[Row[Any]]] = defaultdict(list)
        for row in list_last_runs(session, workspace, ids, BARS):
            runs[row.flow_id].append(row)
    flows = show_flows_of(rows[:PAGE], counts, runs, BARS, moment)
    query = {key: text for key, text in (("name", name), ("tag", tag)) if text}
    following = rows[PAGE - 1].name if len(rows) > PAGE else None
    pace = max(5, pace_after(monotonic() - began))
    return render_live(
        "headwater_panel_runs/flows.html",
        "headwater_panel_runs/_flows.html",
        shown=(flows, following, pace),
        flows=flows,
        query=query,
        after=after,
        following=following,
        pace=pace,
        high=HIGH,
        wide=WIDE,
        places=BARS,
        now=moment,
        api_url=f"{request.url_root}api",
    )


@blueprint.get("/flows/flow/<uuid:flow_id>")
@blueprint.get("/flows/<uuid:flow_id>")
def show_flow(flow_id: UUID) -> Response:
    moment, workspace = now(), current_workspace()
    before = parse_place(request.args.get("before"))
    with reading() as session:
        flow = get_flow(session, workspace, flow_id)
        condition = runs_of_flow(workspace, flow_id)
        if before is not None:
            condition = and_(condition, older_than(before))
        rows = list_newest_flow_runs(session, condition, RUNS + 1)
        times = {"since": moment - WEEK, "lately": moment - LATELY, "until": moment}
        counts = count_runs_of_flows(session, workspace, [flow_id], **times)
    (shown,) = show_flows_of([flow], counts, {flow_id: rows[:RUNS]}, RUNS, moment)
    last = rows[RUNS - 1] if len(rows) > RUNS else None
    older = last and write_place((last.expected_start_time, last.id))
    return render_live(
        "headwater_panel_runs/flow.html",
        "headwater_panel_runs/_flow.html",
        shown=(shown, older),
        flow=shown,
        runs=[one.run for one in reversed(shown.bars)],
        older=older,
        before=before and write_place(before),
        longest=max((one.run.lasted(moment) for one in shown.bars if one.run.started), default=0),
        high=HIGH,
        wide=WIDE,
        places=RUNS,
        now=moment,
        events_url=find_events(f"prefect.flow.{flow_id}"),
    )


def show_flows_of(
    flows: Sequence[Row[Any]],
    counts: Sequence[Row[Any]],
    runs: Mapping[UUID, Sequence[Row[Any]]],
    places: int,
    now: datetime,
) -> list[ShownFlow]:
    """Put flows together with their counts and their runs, of which the newest come first."""
    lately: dict[UUID, Counter[str | None]] = defaultdict(Counter)
    week: dict[UUID, Counter[str | None]] = defaultdict(Counter)
    for row in counts:
        week[row.flow_id][row.state_type] = row.of_all
        lately[row.flow_id][row.state_type] = row.of_late
    return [
        ShownFlow(
            row.id,
            row.name,
            tuple(str(tag) for tag in parse(row.tags) or ()),
            list(in_order(lately[row.id])),
            list(in_order(week[row.id])),
            _draw([show_run(run) for run in reversed(runs.get(row.id, ()))], places, now),
        )
        for row in flows
    ]


def _draw(runs: list[ShownRun], places: int, now: datetime) -> list[Bar]:
    seconds = [run.lasted(now) if run.started else None for run in runs]
    bars = draw_runs(seconds, places)
    return [Bar(run, bar) for run, bar in zip(runs, bars, strict=True)]


def _parse(name: str, tag: str, after: str) -> RunsWanted:
    try:
        flows = FlowFilter(
            name=Names(like_=name) if name else None, tags=AllTags(all_=[tag]) if tag else None
        )
        Names(like_=after)
    except ValidationError as error:
        refuse(error)
    return RunsWanted(flows=flows)
