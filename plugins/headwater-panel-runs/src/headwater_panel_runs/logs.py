"""Log lines of a run: its last ones, earlier ones, and those that arrive while one looks on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response, abort, make_response, render_template, request, url_for
from pydantic import ValidationError
from sqlalchemy import ColumnElement, Row, and_
from sqlalchemy.orm import Session

from headwater.api import wants_fragment
from headwater.api.pages import refuse, see
from headwater.api.runs import (
    LogFilter,
    TextQuery,
    count_arrived,
    lines_of,
    list_last_lines,
    list_lines_after,
    logs_wanted,
)

PAGE = 200
MOST = 500  # lines of one answer
# On PostgreSQL a line can be committed after one of a higher position. By then all are.
SETTLING = timedelta(seconds=60)
LEVELS = ((0, "All"), (20, "Info"), (30, "Warning"), (40, "Error"))
NAMES = {10: "DEBUG", 20: "INFO", 30: "WARNING", 40: "ERROR", 50: "CRITICAL"}
_CURSOR = re.compile(r"(\d{1,18})-(\d{1,18})-(\d{1,9})")


@dataclass(frozen=True)
class Cursor:
    """What the browser has: all up to *settled*, and *lines* more up to *last*.

    So a line that came late shows in their number. Its text is `settled-last-lines`.
    """

    settled: int = 0
    last: int = 0
    lines: int = 0

    def __str__(self) -> str:
        return f"{self.settled}-{self.last}-{self.lines}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        found = _CURSOR.fullmatch(text)
        if found is None:
            abort(400, f"after={text!r} is no place in a log")
        return cls(*map(int, found.groups()))


@dataclass(frozen=True)
class Log:
    """Lines to show, with what to ask for next."""

    lines: Sequence[Row[Any]]
    cursor: Cursor
    earlier: int | None = None  # the position before which there are more
    more: bool = False  # there are newer ones already
    renewed: bool = False  # these stand for all that the browser shows


@dataclass(frozen=True)
class LogPlace:
    """Whose log it is: the views of the run's page and of its log, and what both are asked."""

    page: str
    fragment: str
    run_id: UUID
    level: int
    search: TextQuery | None = None

    @property
    def text(self) -> str:
        return self.search.query if self.search else ""

    @property
    def query(self) -> dict[str, Any]:
        return self.query_but()

    def query_but(self, **changes: Any) -> dict[str, Any]:
        said: dict[str, Any] = {"run_id": self.run_id, "level": self.level, "text": self.text}
        return {name: value for name, value in (said | changes).items() if value}

    def condition(
        self, workspace: UUID, flow_run_id: UUID | None, task_run_id: UUID | None = None
    ) -> ColumnElement[bool]:
        """Return the lines that are wanted; the flow run bounds the search for them."""
        lines = lines_of(workspace, flow_run_id, task_run_id, self.level)
        if self.search is None:
            return lines
        return and_(lines, logs_wanted(workspace, LogFilter(text=self.search)))


def parse_place(page: str, fragment: str, run_id: UUID) -> LogPlace:
    """Return the place with the level and the search that the URL names."""
    text = request.args.get("text", "").strip()
    try:
        search = TextQuery(query=text) if text else None
    except ValidationError as error:
        refuse(error)
    return LogPlace(page, fragment, run_id, parse_level(), search)


def parse_level() -> int:
    text = request.args.get("level") or "0"
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        abort(400, f"level={text!r} is no level of a log")
    return int(text)


def parse_position(name: str) -> int | None:
    text = request.args.get(name)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        abort(400, f"{name}={text!r} is no place in a log")
    return int(text)


def read_last(
    session: Session, condition: ColumnElement[bool], now: datetime, before: int | None = None
) -> Log:
    """Return the last lines, or the last before a position."""
    rows = list_last_lines(session, condition, PAGE + 1, before)
    return _begin(rows, PAGE, now)


def read_after(
    session: Session, condition: ColumnElement[bool], cursor: Cursor, now: datetime
) -> Log:
    """Return what came since; where a line came late, the last lines anew."""
    before = now - SETTLING
    arrived = count_arrived(session, condition, cursor.settled, cursor.last, before)
    if arrived.lines != cursor.lines:
        log = _begin(list_last_lines(session, condition, MOST + 1), MOST, now)
        return Log(log.lines, log.cursor, log.earlier, renewed=True)
    rows = list_lines_after(session, condition, cursor.last, MOST)
    following = Cursor(
        settled=cursor.settled if arrived.settled is None else arrived.settled,
        last=rows[-1].position if rows else cursor.last,
        lines=arrived.lines - arrived.settled_lines + len(rows),
    )
    return Log(rows, following, more=len(rows) == MOST)


def _begin(rows: Sequence[Row[Any]], page: int, now: datetime) -> Log:
    shown = rows[-page:]
    earlier = shown[0].position if len(rows) > page else None
    unsettled = next((i for i, row in enumerate(shown) if row.created >= now - SETTLING), None)
    last = shown[-1].position if shown else 0
    if unsettled is None:
        return Log(shown, Cursor(last, last), earlier)
    cursor = Cursor(shown[unsettled].position - 1, last, len(shown) - unsettled)
    return Log(shown, cursor, earlier)


def answer_lines(
    session: Session,
    condition: ColumnElement[bool],
    place: LogPlace,
    *,
    live: bool,
    now: datetime,
) -> Response:
    """Answer htmx with what the query asks for: what came after, what was before, or the log."""
    after, before = request.args.get("after"), parse_position("before")
    if not wants_fragment():
        url = url_for(place.page, before=before, _anchor="log", **place.query)
        return see(url)
    if before is not None:
        return _render("_log_earlier.html", read_last(session, condition, now, before), place, live)
    if after is None:
        response = _render("_log.html", read_last(session, condition, now), place, live)
        response.headers["HX-Replace-Url"] = url_for(place.page, **place.query)
        return response
    log = read_after(session, condition, Cursor.parse(after), now)
    if log.renewed:
        response = _render("_log.html", log, place, live)
        response.headers |= {"HX-Retarget": "#log", "HX-Reswap": "outerHTML"}
        return response
    if live and not log.lines:
        return make_response("", 204)
    return _render("_log_more.html", log, place, live)


def _render(template: str, log: Log, place: LogPlace, live: bool) -> Response:
    page = render_template(
        f"headwater_panel_runs/{template}",
        log=log,
        place=place,
        live=live,
        levels=LEVELS,
        level_names=NAMES,
    )
    return make_response(page, {"Cache-Control": "no-store"})
