"""The chart above a list: what there was in each interval of a window of time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from flask import Response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from headwater import clock
from headwater.db.session import reading
from headwater.web.context import current_workspace
from headwater.web.live import render_live, wants_fragment
from headwater.web.notices import see
from headwater.web.wanted import Wanted
from headwater.web.windows import WINDOWS

HIGH, WIDE = 56, 10  # units of a chart, and of a bar's place in it
STEADY = 10  # seconds between two looks; one that takes long is repeated less often
Asked = TypeVar("Asked", bound=Wanted)


@dataclass(frozen=True)
class History:
    """*pace* is in how many seconds to look again."""

    begin: datetime
    end: datetime
    bars: Sequence[Any]
    pace: int
    high: ClassVar[int] = HIGH

    @property
    def wide(self) -> int:
        return len(self.bars) * WIDE


def pace_history(took: float) -> int:
    """Return the seconds until the next look, after one that took so many."""
    return max(STEADY, 20 * round(took))


def answer_history(
    template: str,
    whole_list: str,
    usual: str,
    parse: Callable[[MultiDict[str, str], datetime], Asked],
    read: Callable[[Session, UUID, Asked, datetime], History],
) -> Response:
    """Answer htmx with the chart that the address asks for; others are led to the *whole_list*, an
    endpoint. Of all times it shows the *usual* one of WINDOWS."""
    moment = clock.now()
    wanted = parse(request.args, moment)
    if not wants_fragment():
        return see(url_for(whole_list, **wanted.query()))
    with reading() as session:
        history = read(session, current_workspace(), wanted, moment)
    context = {"history": history, "wanted": wanted, "windows": WINDOWS, "usual": usual}
    return render_live(template, template, shown=history, **context)
