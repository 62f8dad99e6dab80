"""Gives back slots of those who are over, and tells runs that wait for one that there is room."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.concurrency.queries import leases
from headwater.concurrency.queries import limits as limit_queries
from headwater.concurrency.service import sweeping
from headwater.concurrency.service.limits import TOPIC, room_of
from headwater.db.session import reading, write
from headwater.events.log import TOPIC as EVENTS
from headwater.loops.loop import Loop
from headwater.runs.loop.moving import AT_MOST_EVERY, BATCH, move_flow_run
from headwater.runs.queries import deployment_slots as queries
from headwater.runs.rules.slots import AWAITING_SLOT
from headwater.runs.schemas.states import StateCreate, StateDetails, StateType

MOST = 1_000  # waiting runs to look at


def make_loop() -> Loop:
    # Events, too: a flow run that ends may leave behind what its task runs hold.
    topics = (TOPIC, EVENTS)
    return Loop("concurrency-slots", topics, tick, rest=AT_MOST_EVERY.total_seconds())


def tick(now: datetime) -> datetime | None:
    """End leases that are over, call runs for which there is room; return when the next one ends.

    What has expired holds no slots, ended or not: this is for those who wait, and for order.
    """
    with reading() as session:
        over = [*sweeping.list_over(session, now=now), *queries.list_left_behind(session, BATCH)]
    if over:
        write(lambda session: sweeping.end(session, over, now=now))
    with reading() as session:
        waiting = queries.list_awaiting_slots(session, MOST)
        called = list_called(waiting, _count_room(session, waiting, now), now)
        next_end = leases.find_next_expiry(session)
    for run in called:
        details = StateDetails(scheduled_time=now)
        again = StateCreate(type=StateType.SCHEDULED, name=AWAITING_SLOT, state_details=details)
        move_flow_run(run.workspace_id, run.id, again, now)
    if len(over) >= BATCH:
        return now + AT_MOST_EVERY
    return None if next_end is None else max(next_end, now + AT_MOST_EVERY)


def list_called(
    waiting: Sequence[Row[Any]], room: dict[UUID, int], now: datetime
) -> list[Row[Any]]:
    """Return the runs that may come now instead of later, the earliest first.

    *waiting* is by when each is due: those that are due already have the first claim to the room.
    """
    left, called = dict(room), []
    for run in waiting:
        free = left.get(run.concurrency_limit_id, len(waiting))  # the limit may be gone
        if free <= 0:
            continue
        left[run.concurrency_limit_id] = free - 1
        if run.next_scheduled_start_time > now:
            called.append(run)
    return called


def _count_room(session: Session, waiting: Sequence[Row[Any]], now: datetime) -> dict[UUID, int]:
    """Return how many more runs each limit has room for; one that is switched off, for all."""
    room: dict[UUID, int] = {}
    for workspace in {run.workspace_id for run in waiting}:
        ids = {
            run.concurrency_limit_id
            for run in waiting
            if run.workspace_id == workspace and run.concurrency_limit_id is not None
        }
        for row in limit_queries.list_limits(session, workspace, ids, now):
            free = room_of(row, row.leased, now)
            room[row.id] = free.limit - free.taken if row.active else len(waiting)
    return room
