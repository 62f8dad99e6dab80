"""What the server does about concurrency limits."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.concurrency import queries
from headwater.concurrency.schemas import HolderType
from headwater.ids import uuid7

TAG = "tag:"  # what the limit of a tag is called begins so


def list_tag_limits(session: Session, workspace: UUID, tags: Collection[str]) -> Sequence[Row[Any]]:
    """Return the limits of those tags that have one, locked until the unit of work ends."""
    if not tags:
        return ()
    return queries.list_locked_limits(session, workspace, [TAG + tag for tag in tags])


def hold_tag_limits(
    session: Session,
    workspace: UUID,
    limits: Sequence[Row[Any]],
    task_run_id: UUID,
    *,
    now: datetime,
) -> None:
    """Let a task run hold a slot of each of *limits*, until it gives them back."""
    if not limits:
        return
    lease = {
        "id": uuid7(),
        "workspace_id": workspace,
        "created": now,
        "expires": None,
        "slots": 1,
        "holder_type": HolderType.TASK_RUN,
        "holder_id": task_run_id,
    }
    queries.take_slots(session, lease, [limit.id for limit in limits])


def release_tag_limits(session: Session, workspace: UUID, task_run_id: UUID) -> None:
    """Give back what a task run holds; it may hold nothing."""
    held = queries.list_held_limits(session, workspace, task_run_id)
    if held:
        queries.give_back_slots(session, workspace, task_run_id, held)
