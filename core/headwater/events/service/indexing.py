"""Indexes the event log by resource, a block at a time, behind those who write it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.events.queries import blocks as queries
from headwater.events.rules.blocks import BLOCK, Mentioning, Mentions, gather
from headwater.events.schemas import RESOURCE_ID


@dataclass(frozen=True)
class Block:
    """What a block mentions, and when its events occurred."""

    number: int
    since: datetime
    until: datetime
    resources: Mapping[UUID, Mapping[str, Mentions]]


def read_next(session: Session, settled: int) -> Block | None:
    """Return the next block; None where nothing is in it yet, or may still come below its end.

    *settled* is the last position up to which nothing comes any more.
    """
    first = queries.find_next(session, queries.find_end(session))
    if first is None or (number := first // BLOCK) * BLOCK + BLOCK - 1 > settled:
        return None
    rows = queries.list_within(session, number)
    if not rows:  # it was emptied meanwhile
        return None
    times = [row.occurred for row in rows]
    return Block(number, min(times), max(times), gather(map(_mention, rows)))


def keep(session: Session, block: Block) -> bool:
    """Keep a block; return whether nobody else has."""
    return queries.add_block(session, block.number, block.since, block.until, block.resources)


def _mention(row: Row[Any]) -> Mentioning:
    related = [one[RESOURCE_ID] for one in parse(row.related)]
    return Mentioning(row.position, row.workspace_id, row.resource_id, related)
