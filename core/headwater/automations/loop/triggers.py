"""Evaluates triggers as events come, and as the time passes that they give to those that do not."""

from datetime import UTC, datetime, timedelta

from headwater.automations.queries import memory as queries
from headwater.automations.rules.bookmarks import Bookmark
from headwater.automations.service import evaluation
from headwater.automations.service.arming import Arsenal
from headwater.automations.service.metering import Readings
from headwater.db.session import reading, write
from headwater.events import log
from headwater.events.queries.unread import find_last_position
from headwater.loops.loop import Loop

REST = 0.05  # seconds in which events gather
WRITTEN_EVERY = timedelta(seconds=5)  # how far the log was read, where nothing followed from it


def make_loop() -> Loop:
    # What changes an automation tells of it in the log, too.
    return Loop("triggers", (log.TOPIC,), Triggers().tick, rest=REST)


class Triggers:
    """What one services process knows of triggers while nobody else evaluates them."""

    def __init__(self) -> None:
        self._turn: int | None = None
        self._bookmark = self._kept = Bookmark(0)  # how far it is read, and how far that is known
        self._written = datetime.min.replace(tzinfo=UTC)
        self._arsenal = Arsenal()
        self._readings = Readings()
        self._renewed = False  # and what follows from that was not kept yet

    def tick(self, now: datetime) -> datetime | None:
        """Evaluate one batch of events, or what is due; return when there is more to do."""
        with reading() as session:
            reader = queries.find_reader(session)
            last = find_last_position(session) if reader is None else 0
        if reader is None:
            write(lambda session: queries.add_reader(session, last))
            return now
        if reader.turn != self._turn:
            self._begin(reader.turn, evaluation.read_bookmark(reader), now)
        found = self._evaluate(now)
        if not self._keep(found, reader.turn, now):
            self._turn = None  # another has read on
            return now
        self._bookmark, self._renewed = found.bookmark, False
        if found.more:
            return now
        with reading() as session:
            dues = (queries.find_next_due(session), queries.find_first_until(session))
        return min((due for due in dues if due is not None), default=None)

    def _begin(self, turn: int, bookmark: Bookmark, now: datetime) -> None:
        """Take over from whoever was here before, be it this process when it was last asked."""
        self._turn, self._bookmark, self._written = turn, bookmark, now
        self._kept = bookmark
        self._arsenal = Arsenal()

    def _evaluate(self, now: datetime) -> evaluation.Round:
        with reading() as session:
            bookmark, rows = evaluation.read_news(session, self._bookmark, now=now)
            # After the events, so that what was changed before one of them came is seen.
            self._renewed = self._arsenal.renew(session) or self._renewed
            engine = self._arsenal.engine
            self._readings.keep_only(engine.meters)
            return evaluation.evaluate(
                session, engine, self._readings, bookmark, rows, anew=self._renewed, now=now
            )

    def _keep(self, found: evaluation.Round, turn: int, now: datetime) -> bool:
        """Write down what is to be known; return False if it was not our turn to."""
        moved = found.bookmark != self._kept
        if not found.changes and not (moved and self._written + WRITTEN_EVERY <= now):
            return True
        engine = self._arsenal.engine
        if not write(lambda session: evaluation.keep(session, turn, found, engine, now=now)):
            return False
        self._turn, self._written, self._kept = turn + 1, now, found.bookmark
        return True
