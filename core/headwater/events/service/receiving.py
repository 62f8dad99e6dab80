"""Takes in events: into the log and, in the same transaction, to whoever reads them at once."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from headwater.errors import UnavailableError
from headwater.events import log
from headwater.events.schemas import Event

READERS = "headwater-event-readers"  # where the app keeps them
logger = logging.getLogger(__name__)


class Reader(Protocol):
    """Makes of events what they tell of, such as task runs. Each event comes to it once."""

    def __call__(
        self, session: Session, workspace: UUID, events: Sequence[Event], *, now: datetime
    ) -> None: ...


def receive(
    session: Session,
    workspace: UUID,
    events: Sequence[Event],
    readers: Sequence[Reader],
    *,
    now: datetime,
) -> list[Event]:
    """Append *events* and let each of *readers* read the new ones; return those left out.

    One event that a reader fails on costs no other: it alone is left out, and may come again.
    """
    if not events:
        return []
    try:
        with session.begin_nested():
            new = log.append(session, workspace, events, now=now)
            for read in readers:
                read(session, workspace, new, now=now)
    except (UnavailableError, OperationalError, InterfaceError):  # the database, not the event
        raise
    except Exception:
        if len(events) == 1:
            logger.exception("event %s is left out", events[0].id)
            return list(events)
    else:
        return []
    middle = len(events) // 2
    return [
        event
        for half in (events[:middle], events[middle:])
        for event in receive(session, workspace, half, readers, now=now)
    ]
