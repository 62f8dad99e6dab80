"""Finds workers that have gone silent, pools without a worker, queues that nobody asks."""

from datetime import datetime, timedelta
from functools import partial

from headwater.db.session import reading, write
from headwater.loops.loop import Loop
from headwater.work.queries import silence as queries
from headwater.work.rules.statuses import POLLED_WITHIN
from headwater.work.service import silence as service

EVERY = timedelta(seconds=15)


def make_loop() -> Loop:
    return Loop("work-silence", (), tick)


def tick(now: datetime) -> datetime:
    with reading() as session:
        silent = [row.id for row in queries.list_online(session) if service.is_silent(row, now)]
        unasked = queries.list_unasked(session, now - POLLED_WITHIN)
    if silent:
        write(lambda session: service.call_offline(session, silent, now=now))
    with reading() as session:
        deserted = [pool.id for pool in queries.list_deserted(session)]
    for pool_id in deserted:
        write(partial(service.call_deserted, pool_id=pool_id, now=now))
    if unasked:
        write(lambda session: service.call_unasked(session, unasked, now=now))
    return now + EVERY
