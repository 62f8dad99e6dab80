"""Claims what is due."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from orjson import Fragment
from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.ids import uuid7
from headwater.notifications.models import Outcome
from headwater.notifications.queries import claims
from headwater.notifications.rules.filling import Templates
from headwater.notifications.rules.standing import Standing, read_standing
from headwater.notifications.service.gates import Gate, Pass

CLAIM = timedelta(minutes=2)  # far more than a try may take
MOST_PER_CHANNEL = 4  # tries at once, so that a slow service does not eat all senders


@dataclass(frozen=True)
class Job:
    """A delivery that is ours to try, by the *token* of its claim."""

    delivery_id: UUID
    workspace_id: UUID
    channel_id: UUID
    channel_version: datetime | None
    token: UUID
    attempt: int
    failures: int
    written: datetime
    policy_id: UUID
    news: Fragment
    group_id: UUID | None
    notification_id: UUID
    templates: Templates
    fallbacks: Sequence[UUID]
    order_key: UUID | None
    seq: int
    problem: str | None  # of what it says to be over
    note: str | None
    passed: Pass
    standing: Standing | None = None


def claim(
    session: Session,
    flying: Mapping[UUID, int],
    room: int,
    *,
    now: datetime,
    skip_locked: bool,
    metered: bool = True,
) -> list[Job]:
    """Take up to *room* deliveries that are due; *flying* counts by channel those being sent.

    Each attempt is kept as begun before anything is sent: one whose process dies is seen by that.
    """
    full = [channel for channel, count in flying.items() if count >= MOST_PER_CHANNEL]
    taken, chosen, passes = Counter(flying), [], []
    rows = claims.list_due(session, now, full, room, MOST_PER_CHANNEL, skip_locked=skip_locked)
    gate = Gate(session, rows, now, metered=metered)
    for row in rows:
        if taken[row.channel_id] >= MOST_PER_CHANNEL:
            continue
        if passed := gate.ask(row, now + CLAIM):
            taken[row.channel_id] += 1
            chosen.append(row)
            passes.append(passed)
    gate.close()
    if not chosen:
        return []
    token = uuid7()
    claims.claim(session, [row.id for row in chosen], token, now + CLAIM)
    claims.start_attempts(
        session,
        [
            {
                "delivery_id": row.id,
                "workspace_id": row.workspace_id,
                "number": row.attempts + 1,
                "started": now,
                "outcome": Outcome.UNSEEN,
            }
            for row in chosen
        ],
    )
    return [_make_job(row, token, passed) for row, passed in zip(chosen, passes, strict=True)]


def _make_job(row: Row[Any], token: UUID, passed: Pass) -> Job:
    return Job(
        delivery_id=row.id,
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        channel_version=row.channel_version,
        token=token,
        attempt=row.attempts + 1,
        failures=row.failures,
        written=row.created,
        policy_id=row.policy_id,
        news=row.news,
        group_id=row.group_id,
        notification_id=row.notification_id,
        templates=Templates(row.templating, row.title_template, row.message_template),
        fallbacks=[UUID(id_) for id_ in parse(row.fallback_channel_ids)],
        order_key=row.order_key,
        seq=row.seq,
        problem=row.problem,
        note=row.note,
        passed=passed,
        standing=read_standing(parse(row.told), parse(row.untold)),
    )
