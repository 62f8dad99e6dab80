"""Has an action that met a fault tried again later, so that it stops no other; in the end it
failed."""

from datetime import datetime
from random import random
from uuid import UUID

from sqlalchemy.exc import InterfaceError, OperationalError

from headwater.automations.service import doing
from headwater.automations.service.preparing import Job
from headwater.db.session import write
from headwater.errors import UnavailableError

AWAY = (UnavailableError, OperationalError, InterfaceError)  # the database, not the action


def put_off(
    action_id: UUID,
    token: UUID | None,
    attempts: int,
    job: Job | None,
    fault: Exception,
    now: datetime,
) -> None:
    """Note that a fault was met by the *attempts*-th try of an action, which has that claim."""
    jitter = random()  # noqa: S311  # no secret
    if write(
        lambda session: doing.postpone(session, action_id, token, attempts, jitter=jitter, now=now)
    ):
        return
    reason = f"The server met a fault: {type(fault).__name__}; its log says more."
    write(lambda session: doing.give_up(session, action_id, token, job, reason, now=now))
