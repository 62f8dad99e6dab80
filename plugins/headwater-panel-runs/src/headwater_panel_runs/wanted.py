"""Which runs the list shows, as its URL says it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import abort
from pydantic import ValidationError
from sqlalchemy import ColumnElement, and_
from werkzeug.datastructures import MultiDict

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

CHOSEN = "chosen"  # a window of the URL's own, as bars lead to them
WINDOWS = {
    "1h": ("Last hour", timedelta(hours=1)),
    "24h": ("Last 24 hours", timedelta(hours=24)),
    "7d": ("Last 7 days", timedelta(days=7)),
    "30d": ("Last 30 days", timedelta(days=30)),
}
# Far enough for bars of any width to stay within the calendar.
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_PLACE = re.compile(r"(?P<moment>[^_]+)_(?P<id>[^_]+)")
TICK = timedelta(microseconds=1)
Place = tuple[datetime, UUID]  # the run that a page begins after


@dataclass(frozen=True)
class WantedRuns:
    states: tuple[StateType, ...] = ()
    flow: str = ""  # part of the flow's name, as *name* is of the run's
    name: str = ""
    tags: tuple[str, ...] = ()  # all of them
    window: str = ""  # a key of WINDOWS, or CHOSEN; none: of all times
    begin: datetime | None = None  # of the chosen window, whose end belongs to the next
    end: datetime | None = None
    before: Place | None = None

    @property
    def filters(self) -> bool:
        return any((self.states, self.flow, self.name, self.tags, self.window))

    def query(self, **changes: Any) -> dict[str, Any]:
        """Return the query parameters that say this, to build URLs from."""
        said: dict[str, Any] = {
            "state": [str(state) for state in self.states],
            "flow": self.flow,
            "name": self.name,
            "tag": list(self.tags),
            "since": self.window,
            "from": self.begin and self.begin.isoformat(),
            "until": self.end and self.end.isoformat(),
            "before": self.before and write_place(self.before),
        }
        return {name: value for name, value in (said | changes).items() if value}

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
        if self.begin and self.end:
            return Times(after_=self.begin, before_=self.end - TICK)
        window = WINDOWS.get(self.window)
        return Times(after_=now - window[1]) if window else None

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
    window = query.get("since", "")
    if window and window not in {*WINDOWS, CHOSEN}:
        abort(400, f"since is one of {', '.join(WINDOWS)}, not {window!r}")
    begin, end = _parse_chosen(query) if window == CHOSEN else (None, None)
    wanted = WantedRuns(
        states=parse_states(query),
        flow=query.get("flow", "").strip(),
        name=query.get("name", "").strip(),
        tags=tuple(dict.fromkeys(tag for value in query.getlist("tag") if (tag := value.strip()))),
        window=window,
        begin=begin,
        end=end,
        before=parse_place(query.get("before")),
    )
    try:
        wanted._filters(now)
    except ValidationError as error:
        abort(400, error.errors(include_url=False)[0]["msg"])
    return wanted


def _parse_chosen(query: MultiDict[str, str]) -> tuple[datetime, datetime]:
    begin, end = (_parse_moment(query.get(name)) for name in ("from", "until"))
    if begin is None or end is None or not EARLIEST <= begin < end <= LATEST:
        abort(
            400,
            "from and until are two times with a zone, the earlier one first, from "
            f"{EARLIEST.year} on and before {LATEST.year}",
        )
    return begin, end


def _parse_moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
        return None if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


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
    try:
        if found is None:
            raise ValueError
        moment, run_id = datetime.fromisoformat(found["moment"]), UUID(found["id"])
    except ValueError:
        abort(400, f"before={text!r} is no place in a list of runs")
    if moment.tzinfo is None:
        abort(400, f"before={text!r} is no place in a list of runs")
    return moment, run_id
