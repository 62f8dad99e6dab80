"""How far a reader of the event log is, and what may yet come behind it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from headwater.events.rules.settling import PATIENCE

MOST_MISSING = 5000


@dataclass(frozen=True)
class Bookmark:
    """The last position that was read, and those before it that were *missing* since some time.

    On PostgreSQL a position may be committed after a higher one. Many never come: those of events
    that were refused, or known already.
    """

    position: int
    missing: Mapping[int, datetime] = field(default_factory=dict)

    def move(self, seen: Sequence[int], *, now: datetime) -> "Bookmark":
        """Return where one is who has read these positions, too."""
        position = max([self.position, *seen])
        missing = dict(self.missing)
        first = max(self.position + 1, position - MOST_MISSING)
        missing |= dict.fromkeys(range(first, position), now)
        for one in seen:
            missing.pop(one, None)
        return Bookmark(position, dict(list(missing.items())[-MOST_MISSING:]))

    def is_impatient(self, *, now: datetime) -> bool:
        """Say if anything is missing for so long that it may not come any more."""
        return any(since + PATIENCE <= now for since in self.missing.values())

    def give_up(self, before: datetime) -> "Bookmark":
        """Stop waiting for what was missing before then."""
        kept = {one: since for one, since in self.missing.items() if since > before}
        return replace(self, missing=kept)

    def has_read(self, position: int) -> bool:
        return position <= self.position and position not in self.missing


def write_missing(bookmark: Bookmark) -> list[list[object]]:
    return [[position, since.isoformat()] for position, since in bookmark.missing.items()]


def read_missing(written: Collection[Sequence[object]]) -> dict[int, datetime]:
    return {int(str(one)): datetime.fromisoformat(str(since)) for one, since in written}
