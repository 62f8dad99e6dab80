"""Shows what a policy would say of a run."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.db.vault import Vault
from headwater.notifications.channels import Message
from headwater.notifications.rules.filling import Templates
from headwater.notifications.rules.messages import compose, compose_recovery, fill_both
from headwater.notifications.rules.wanting import list_obstacles
from headwater.notifications.schemas.drafts import OwnPolicyDraft
from headwater.notifications.schemas.news import News
from headwater.notifications.schemas.own_policies import (
    MessageShown,
    Preview,
    PreviewWanted,
)
from headwater.notifications.service import channels
from headwater.notifications.service.channels import Kinds
from headwater.notifications.service.rendering import render
from headwater.runs.queries import flow_runs as queries

DRAFT = UUID(int=0)  # the id of a policy that is not kept yet


def preview(
    session: Session,
    workspace: UUID,
    wanted: PreviewWanted,
    kinds: Kinds,
    public_url: str,
    *,
    vault: Vault | None = None,
) -> Preview:
    """Return the message about the latest state of the run that the policy wants.

    Where it wants none of them, about the latest of all, and why it would not be sent. The *vault*
    opens the channels, for what their services would be sent.
    """
    policy = wanted.policy
    run = queries.get_flow_run(session, workspace, wanted.flow_run_id)
    states = queries.list_flow_run_states(session, workspace, wanted.flow_run_id)
    news = _make_news(workspace, run, _choose(policy, states))
    templates = Templates(policy.templating, policy.title_template, policy.message_template)
    message = compose(news, templates, DRAFT, public_url)
    recovery = compose_recovery(news, DRAFT, public_url, was_lost=False)
    told = recovery if policy.recovery and news.is_over else message
    known = {one.id: one for one in channels.list_all(session, workspace, kinds)}
    over, fallbacks = (
        [known[id_] for id_ in ids if id_ in known]
        for ids in (policy.channel_ids, policy.fallback_channel_ids)
    )
    return Preview(
        obstacles=list_obstacles(policy, news),
        error=_find_error(templates, news, public_url),
        state_name=news.state_name,
        message=_show(message),
        recovery=_show(recovery) if told is recovery else None,
        channels=over,
        fallback_channels=fallbacks,
        renderings=[
            render(session, workspace, one, told, vault, kinds)
            for one in (*over, *fallbacks)
            if vault is not None
        ],
    )


def _choose(policy: OwnPolicyDraft, states: Sequence[Row[Any]]) -> Row[Any] | None:
    found = [one for one in states if not policy.state_names or one.name in policy.state_names]
    return next(reversed(found or states), None)


def _make_news(workspace: UUID, run: Row[Any], state: Row[Any] | None) -> News:
    return News(
        workspace_id=workspace,
        flow_id=run.flow_id,
        flow_name=run.flow_name,
        flow_run_id=run.id,
        flow_run_name=run.name,
        parameters=parse(run.parameters),
        tags=parse(run.tags) or [],
        state_id=DRAFT if state is None else state.id,
        state_type="PENDING" if state is None else state.type,
        state_name="Pending" if state is None else state.name,
        state_timestamp=run.created if state is None else state.timestamp,
        state_message=None if state is None else state.message,
        deployment_id=run.deployment_id,
        work_pool_id=run.work_pool_id,
    )


def _show(message: Message) -> MessageShown:
    return MessageShown(
        **{field.name: getattr(message, field.name) for field in fields(MessageShown)}
    )


def _find_error(templates: Templates, news: News, public_url: str) -> str | None:
    try:
        fill_both(templates, news, DRAFT, public_url, "", "")
    except ValueError as error:
        return str(error)
    return None
