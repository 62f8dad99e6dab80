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
from headwater.notifications.service import channels
from headwater.notifications.service.channels import Kinds

CLEARED = {*TEMPLATES, *TIMES}  # by null
_IDS = ("flow_ids", "deployment_ids", "work_pool_ids")


def create(
    session: Session, workspace: UUID, new: OwnPolicyCreate, kinds: Kinds, *, now: datetime
) -> OwnPolicy:
    """Keep a policy; InvalidRequestError names what is no channel."""
    check_channels(session, workspace, new, kinds)
    policy_id = uuid7()
    row = {"id": policy_id, "workspace_id": workspace, "created": now, "updated": now}
    queries.add_policy(session, row | _columns(new))
    return get(session, workspace, policy_id)


def get(session: Session, workspace: UUID, policy_id: UUID) -> OwnPolicy:
    found = queries.find_own_policy(session, workspace, policy_id)
    if found is None:
        raise NotFoundError(f"There is no policy {policy_id}.")
    return found


def list_wanted(
    session: Session, workspace: UUID, wanted: OwnPoliciesWanted
) -> Sequence[OwnPolicy]:
    """Return the oldest first."""
    return queries.list_own_policies(session, workspace, wanted)


def update(
    session: Session,
    workspace: UUID,
    policy_id: UUID,
    change: OwnPolicyUpdate,
    kinds: Kinds,
    *,
    now: datetime,
) -> OwnPolicy:
    """Change what was sent. What the policy is then must be one that could be made so."""
    sent = change.model_dump(exclude_unset=True)
    sent = {name: v for name, v in sent.items() if v is not None or name in CLEARED}
    changed = _merge(get(session, workspace, policy_id), sent)
    if {"channel_ids", "fallback_channel_ids"} & set(sent):
        check_channels(session, workspace, changed, kinds)
    queries.change_policy(session, workspace, policy_id, _columns(changed) | {"updated": now})
    if set(TIMES) & set(sent):  # what waits is looked at by the new ones
        groups.hasten(session, workspace, policy_id, now)
        signal_after_commit(session, GROUPS)
    return get(session, workspace, policy_id)


def delete(session: Session, workspace: UUID, policy_id: UUID) -> None:
    if not queries.remove_policy(session, workspace, policy_id):
        raise NotFoundError(f"There is no policy {policy_id}.")


def check_channels(
    session: Session, workspace: UUID, policy: OwnPolicyCreate, kinds: Kinds
) -> None:
    """Raise InvalidRequestError for each id that is no channel's."""
    known = {one.id for one in channels.list_all(session, workspace, kinds)}
    wrong = [
        {"type": "channel", "loc": ["body", field, place], "msg": f"there is no channel {id_}"}
        for field in ("channel_ids", "fallback_channel_ids")
        for place, id_ in enumerate(getattr(policy, field))
        if id_ not in known
    ]
    if wrong:
        raise InvalidRequestError(wrong)


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
