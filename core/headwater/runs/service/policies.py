"""Keeps policies, and sees to it that they name only what there is."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from headwater.errors import InvalidRequestError
from headwater.notifications.schemas.own_policies import (
    OwnPolicy,
    OwnPolicyCreate,
    OwnPolicyUpdate,
)
from headwater.notifications.service import channels, own_policies
from headwater.notifications.service.channels import Kinds
from headwater.runs.queries.choices import find_names

_FIELDS = {
    "flow": ("flow_ids",),
    "deployment": ("deployment_ids",),
    "work pool": ("work_pool_ids",),
    "channel": ("channel_ids", "fallback_channel_ids"),
}


def create(
    session: Session, workspace: UUID, new: OwnPolicyCreate, kinds: Kinds, *, now: datetime
) -> OwnPolicy:
    """Keep a policy; InvalidRequestError names each id that is nobody's."""
    _check(session, workspace, new, None, kinds)
    return own_policies.create(session, workspace, new, now=now)


def update(
    session: Session,
    workspace: UUID,
    policy_id: UUID,
    change: OwnPolicyUpdate,
    kinds: Kinds,
    *,
    now: datetime,
) -> OwnPolicy:
    """Change what was sent, as `create` would take it. What the policy named before may be gone."""
    policy = own_policies.get_locked(session, workspace, policy_id)
    _check(session, workspace, change, policy, kinds)
    return own_policies.update(session, workspace, policy, change, now=now)


def _check(
    session: Session,
    workspace: UUID,
    policy: OwnPolicyCreate | OwnPolicyUpdate,
    before: OwnPolicy | None,
    kinds: Kinds,
) -> None:
    """Raise InvalidRequestError for each id that is nobody's, and was not there *before*."""
    wrong: list[dict[str, Any]] = []
    for kind, fields in _FIELDS.items():
        sent = {field: getattr(policy, field) or [] for field in fields}
        new = {id_ for ids in sent.values() for id_ in ids}
        if before is not None:
            new -= own_policies.list_named(before, fields)
        unknown = new - _list_known(session, workspace, kind, new, kinds)
        wrong += [
            {"type": "unknown", "loc": ["body", field, place], "msg": f"there is no {kind} {id_}"}
            for field, ids in sent.items()
            for place, id_ in enumerate(ids)
            if id_ in unknown
        ]
    if wrong:
        raise InvalidRequestError(wrong)


def _list_known(
    session: Session, workspace: UUID, kind: str, ids: Collection[UUID], kinds: Kinds
) -> set[UUID]:
    if kind != "channel":
        return set(find_names(session, workspace, kind, ids))
    return {one.id for one in channels.list_all(session, workspace, kinds)} if ids else set()
