"""What the server does with policies that its own routes make, and pages and commands show."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.db.session import signal_after_commit
from headwater.errors import InvalidRequestError, NotFoundError
from headwater.ids import uuid7
from headwater.notifications.outbox import GROUPS
from headwater.notifications.queries import groups
from headwater.notifications.queries import policies as queries
from headwater.notifications.schemas.drafts import TEMPLATES
from headwater.notifications.schemas.own_policies import (
    TIMES,
    OwnPoliciesWanted,
    OwnPolicy,
    OwnPolicyCreate,
    OwnPolicyUpdate,
)

CLEARED = {*TEMPLATES, *TIMES}  # by null
_IDS = ("flow_ids", "deployment_ids", "work_pool_ids")


def create(session: Session, workspace: UUID, new: OwnPolicyCreate, *, now: datetime) -> OwnPolicy:
    """Keep a policy. That its ids are somebody's is for the caller to see to."""
    policy_id = uuid7()
    row = {"id": policy_id, "workspace_id": workspace, "created": now, "updated": now}
    queries.add_policy(session, row | _columns(new))
    return get(session, workspace, policy_id)


def get(session: Session, workspace: UUID, policy_id: UUID) -> OwnPolicy:
    return _existing(queries.find_own_policy(session, workspace, policy_id), policy_id)


def get_locked(session: Session, workspace: UUID, policy_id: UUID) -> OwnPolicy:
    """Return a policy for `update`, which writes all of it."""
    return _existing(queries.lock_own_policy(session, workspace, policy_id), policy_id)


def list_wanted(
    session: Session, workspace: UUID, wanted: OwnPoliciesWanted
) -> Sequence[OwnPolicy]:
    """Return the oldest first."""
    return queries.list_own_policies(session, workspace, wanted)


def list_named(policy: OwnPolicy, fields: Sequence[str]) -> set[UUID]:
    """Return the ids that a policy has in these *fields*."""
    return {UUID(id_) for field in fields for id_ in parse(getattr(policy, field))}


def update(
    session: Session,
    workspace: UUID,
    policy: OwnPolicy,
    change: OwnPolicyUpdate,
    *,
    now: datetime,
) -> OwnPolicy:
    """Change what was sent of a locked policy; it must stay one that could be made so."""
    sent = change.model_dump(exclude_unset=True)
    sent = {name: v for name, v in sent.items() if v is not None or name in CLEARED}
    changed = _merge(policy, sent)
    queries.change_policy(session, workspace, policy.id, _columns(changed) | {"updated": now})
    if set(TIMES) & set(sent):  # what waits is looked at by the new ones
        groups.hasten(session, workspace, policy.id, now)
        signal_after_commit(session, GROUPS)
    return get(session, workspace, policy.id)


def delete(session: Session, workspace: UUID, policy_id: UUID) -> None:
    if not queries.remove_policy(session, workspace, policy_id):
        raise NotFoundError(f"There is no policy {policy_id}.")


def _existing(found: OwnPolicy | None, policy_id: UUID) -> OwnPolicy:
    if found is None:
        raise NotFoundError(f"There is no policy {policy_id}.")
    return found


def _merge(policy: OwnPolicy, sent: Mapping[str, Any]) -> OwnPolicyCreate:
    names = OwnPolicyCreate.model_fields
    kept = {name: parse(value) for name, value in vars(policy).items() if name in names}
    try:
        return OwnPolicyCreate.model_validate({**kept, **sent})
    except ValidationError as error:
        raise InvalidRequestError(
            [
                {"type": one["type"], "loc": ["body", *one["loc"]], "msg": one["msg"]}
                for one in error.errors(include_url=False, include_input=False)
            ]
        ) from None


def _columns(policy: OwnPolicyCreate) -> dict[str, Any]:
    values = policy.model_dump(exclude={"channel_ids"})
    values |= {name: list(map(str, values[name])) for name in (*_IDS, "fallback_channel_ids")}
    first, *more = policy.channel_ids
    return values | {"block_document_id": first, "more_channel_ids": list(map(str, more))}
