"""What the server does with notification policies."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.errors import NotFoundError
from headwater.ids import uuid7
from headwater.notifications.queries import policies as queries
from headwater.notifications.schemas.policies import (
    PoliciesWanted,
    Policy,
    PolicyCreate,
    PolicyUpdate,
)
from headwater.notifications.schemas.templates import Templating

_NOT_FOUND = "flow run notification policy not found"  # the clients' own server's words


def create(session: Session, workspace: UUID, new: PolicyCreate, *, now: datetime) -> Policy:
    """Keep a policy; a block document that does not exist is the database's IntegrityError."""
    policy_id = uuid7()
    row = {"id": policy_id, "workspace_id": workspace, "created": now, "updated": now}
    queries.add_policy(session, row | new.model_dump())
    return get(session, workspace, policy_id)


def get(session: Session, workspace: UUID, policy_id: UUID) -> Policy:
    found = queries.find_policy(session, workspace, policy_id)
    if found is None:
        raise NotFoundError(_NOT_FOUND)
    return found


def list_wanted(session: Session, workspace: UUID, wanted: PoliciesWanted) -> Sequence[Policy]:
    return queries.list_policies(
        session, workspace, wanted.active, wanted.page_limit, wanted.offset
    )


def update(
    session: Session, workspace: UUID, policy_id: UUID, change: PolicyUpdate, *, now: datetime
) -> None:
    sent = change.model_dump(exclude_unset=True)
    clears = {"message_template"}
    values = {name: v for name, v in sent.items() if v is not None or name in clears}
    if "message_template" in values:
        values |= {"templating": Templating.PLAIN, "title_template": None}  # as its clients mean it
    if not queries.change_policy(session, workspace, policy_id, values | {"updated": now}):
        raise NotFoundError(f"Flow run notification policy {policy_id} not found")


def delete(session: Session, workspace: UUID, policy_id: UUID) -> None:
    if not queries.remove_policy(session, workspace, policy_id):
        raise NotFoundError(_NOT_FOUND)
