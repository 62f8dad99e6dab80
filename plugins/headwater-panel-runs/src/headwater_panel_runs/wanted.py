"""Which runs the list shows, as its URL says it."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort
from pydantic import ValidationError
from sqlalchemy import ColumnElement, and_
from werkzeug.datastructures import MultiDict

from headwater.api.pages import Wanted, Window, parse_id, parse_moment, parse_window, refuse
from headwater.api.runs import (
    FlowFilter,
    FlowRunFilter,
    Names,
    RunsWanted,
    StateFilter,
    StateType,
    StateTypes,
    Tags,
    Times,
    flow_runs_wanted,
    older_than,
)

_PLACE = re.compile(r"(?P<moment>[^_]+)_(?P<id>[^_]+)")
Place = tuple[datetime, UUID]  # the run that a page begins after


@dataclass(frozen=True)
class WantedRuns(Wanted):
    states: tuple[StateType, ...] = ()
    flow: str = ""  # part of the flow's name, as *name* is of the run's
    name: str = ""
    tags: tuple[str, ...] = ()  # all of them
    window: Window = field(default_factory=Window)
    before: Place | None = None

    def said(self) -> dict[str, Any]:
        return {
            "state": [str(state) for state in self.states],
            "flow": self.flow,
            "name": self.name,
            "tag": list(self.tags),
            "before": self.before and write_place(self.before),
        } | self.window.query()

    def condition(self, workspace: UUID, dialect: str, now: datetime) -> ColumnElement[bool]:
        """Return what runs are wanted, but for their states: those are searched one by one."""
        met = flow_runs_wanted(workspace, self._filters(now), dialect)
        return met if self.before is None else and_(met, older_than(self.before))

    def whole_condition(self, workspace: UUID, dialect: str, now: datetime) -> ColumnElement[bool]:
        """Return what runs are wanted, with their states."""
        met = self.condition(workspace, dialect, now)
        if not self.states:
            return met
        state = StateFilter(type=StateTypes(any_=list(self.states)))
        wanted = RunsWanted(flow_runs=FlowRunFilter(state=state))
        return and_(met, flow_runs_wanted(workspace, wanted, dialect))

    def times(self, now: datetime) -> Times | None:
        first, last = self.window.limits(now)
        return Times(after_=first, before_=last) if first else None

    def _filters(self, now: datetime) -> RunsWanted:
        runs = FlowRunFilter(
            name=Names(like_=self.name) if self.name else None,
            tags=Tags(all_=list(self.tags)) if self.tags else None,
            expected_start_time=self.times(now),
        )
        flows = FlowFilter(name=Names(like_=self.flow)) if self.flow else None
        return RunsWanted(flow_runs=runs, flows=flows)


def parse_wanted(query: MultiDict[str, str], now: datetime) -> WantedRuns:
    """Read the URL's query; what cannot be meant is a 400, not a list of other runs."""
    wanted = WantedRuns(
        states=parse_states(query),
        flow=query.get("flow", "").strip(),
        name=query.get("name", "").strip(),
        tags=tuple(dict.fromkeys(tag for value in query.getlist("tag") if (tag := value.strip()))),
        window=parse_window(query),
        before=parse_place(query.get("before")),
    )
    try:
        wanted._filters(now)
    except ValidationError as error:
        refuse(error)
    return wanted


def parse_states(query: MultiDict[str, str]) -> tuple[StateType, ...]:
    chosen = dict.fromkeys(value.upper() for value in query.getlist("state") if value)
    unknown = [value for value in chosen if value not in StateType.__members__]
    if unknown:
        abort(400, f"{unknown[0]!r} is no type of state")
    return tuple(StateType(value) for value in chosen)


def write_place(place: Place) -> str:
    return f"{place[0].isoformat()}_{place[1]}"


def parse_place(text: str | None) -> Place | None:
    if not text:
        return None
    found = _PLACE.fullmatch(text)
    moment = parse_moment(found["moment"]) if found else None
    run_id = parse_id(found["id"]) if found else None
    if moment is None or run_id is None:
        abort(400, f"before={text!r} is no place in a list of runs")
    return moment, run_id
