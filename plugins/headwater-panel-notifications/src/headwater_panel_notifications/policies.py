"""The policies, each as a sentence: paused, resumed and deleted from their list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, url_for
from sqlalchemy.orm import Session
from werkzeug import Response

from headwater.api import NotFoundError, add_notice, current_workspace, needs, now, reading, write
from headwater.api.notifications import (
    ChannelShown,
    OwnPoliciesWanted,
    OwnPolicy,
    OwnPolicyUpdate,
    current_kinds,
    delete_policy,
    find_names,
    get_policy,
    list_policies,
    update_policy,
)
from headwater.api.pages import Part, as_text, see
from headwater.api.runs import parse
from headwater_panel_notifications.blueprint import blueprint
from headwater_panel_notifications.sentences import Words, say
from headwater_panel_notifications.shown import read_channels
from headwater_panel_notifications.timing import find_grouping, find_quiet

MOST = 200


@dataclass(frozen=True)
class ShownPolicy:
    id: UUID
    name: str
    active: bool
    parts: list[Part]

    @property
    def sentence(self) -> str:
        return as_text(self.parts)


@blueprint.get("/notifications/policies")
def show_policies() -> str:
    channels, workspace = read_channels(), current_workspace()
    with reading() as session:
        found = list_policies(session, workspace, OwnPoliciesWanted(limit=MOST))
        policies = show_policies_of(session, workspace, found, channels)
    return render_template(
        "headwater_panel_notifications/policies.html", policies=policies, channels=channels
    )


@blueprint.post("/notifications/policy/<uuid:policy_id>/pause", defaults={"active": False})
@blueprint.post("/notifications/policy/<uuid:policy_id>/resume", defaults={"active": True})
@needs("notifications:write")
def post_active(policy_id: UUID, *, active: bool) -> Response:
    workspace, moment, kinds = current_workspace(), now(), current_kinds()
    change = OwnPolicyUpdate(is_active=active)
    write(lambda session: update_policy(session, workspace, policy_id, change, kinds, now=moment))
    add_notice("The policy tells again." if active else "The policy is paused: it tells nothing.")
    return see(url_for(".show_policies"))


@blueprint.get("/notifications/policy/<uuid:policy_id>/delete")
@needs("notifications:write")
def show_delete_policy(policy_id: UUID) -> str:
    policy = read_policy(policy_id)
    return render_template("headwater_panel_notifications/delete_policy.html", policy=policy)


@blueprint.post("/notifications/policy/<uuid:policy_id>/delete")
@needs("notifications:write")
def post_delete_policy(policy_id: UUID) -> Response:
    workspace = current_workspace()
    write(lambda session: delete_policy(session, workspace, policy_id))
    add_notice("The policy is deleted.")
    return see(url_for(".show_policies"))


def list_titles(chosen: UUID | None) -> dict[UUID, str]:
    """Return what policies are called in lists, *chosen* among them though it is gone."""
    channels, workspace = read_channels(), current_workspace()
    with reading() as session:
        found = list_policies(session, workspace, OwnPoliciesWanted(limit=MOST))
        shown = show_policies_of(session, workspace, found, channels)
    titles = {one.id: one.name or one.sentence for one in shown}
    if chosen and chosen not in titles:
        titles[chosen] = _find_title(chosen)
    return titles


def read_policy(policy_id: UUID) -> ShownPolicy:
    channels, workspace = read_channels(), current_workspace()
    with reading() as session:
        found = get_policy(session, workspace, policy_id)
        return show_policies_of(session, workspace, [found], channels)[0]


def show_policies_of(
    session: Session,
    workspace: UUID,
    found: Sequence[OwnPolicy],
    channels: dict[UUID, ChannelShown],
) -> list[ShownPolicy]:
    names = Names(session, workspace, found)
    return [
        ShownPolicy(one.id, one.name, one.is_active, say(names.words(one, channels)))
        for one in found
    ]


class Names:
    """The names of what policies are about: three statements at most, for any number of them."""

    def __init__(self, session: Session, workspace: UUID, policies: Sequence[Any]) -> None:
        def find(kind: str, field: str) -> dict[UUID, str]:
            ids = {one for policy in policies for one in ids_of(policy, field)}
            return find_names(session, workspace, kind, ids)

        self._flows = find("flow", "flow_ids")
        self._deployments = find("deployment", "deployment_ids")
        self._pools = find("work pool", "work_pool_ids")

    def words(self, policy: Any, channels: dict[UUID, ChannelShown]) -> Words:
        """Return what a policy, or a draft of one, asks for. What is gone is called so."""

        def of(field: str, names: dict[UUID, str]) -> list[str]:
            return [names.get(one, "one that is gone") for one in ids_of(policy, field)]

        by_id = {one: channel.name for one, channel in channels.items()}
        return Words(
            states=values_of(policy.state_names),
            tags=values_of(policy.tags),
            all_tags=policy.match_all_tags,
            flows=of("flow_ids", self._flows),
            deployments=of("deployment_ids", self._deployments),
            pools=of("work_pool_ids", self._pools),
            channels=of("channel_ids", by_id),
            fallbacks=of("fallback_channel_ids", by_id),
            recovery=policy.recovery,
            grouping=find_grouping(policy),
            quiet=find_quiet(policy),
        )


def ids_of(policy: Any, field: str) -> list[UUID]:
    return [UUID(str(one)) for one in values_of(getattr(policy, field))]


def values_of(value: Any) -> list[Any]:
    """Return a list that a row has as JSON, and a draft as it is."""
    return list(value) if isinstance(value, list | tuple) else list(parse(value))


def _find_title(policy_id: UUID) -> str:
    try:
        policy = read_policy(policy_id)
    except NotFoundError:
        return "A deleted policy"
    return policy.name or policy.sentence
