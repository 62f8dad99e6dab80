"""Puts news into the outbox, in the transaction of what happened: both are kept, or neither."""

from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from orjson import Fragment
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.db.session import signal_after_commit
from headwater.notifications.models import DeliveryState
from headwater.notifications.queries import outbox, policies
from headwater.notifications.schemas.news import News

TOPIC = "deliveries"


def announce(session: Session, news: News, *, now: datetime) -> None:
    """Write a notification for each policy that wants *news*, and its delivery.

    One statement when none does, three else. Their ids follow from policy, state and channel: what
    was announced before is not announced again.
    """
    matching = policies.list_matching(session, news)
    if not matching:
        return
    told = _as_json(news)
    notifications, deliveries = [], []
    for policy in matching:
        notification_id = uuid5(policy.id, str(news.state_id))
        notifications.append(
            {
                "id": notification_id,
                "workspace_id": news.workspace_id,
                "created": now,
                "policy_id": policy.id,
                "state_id": news.state_id,
                "flow_run_id": news.flow_run_id,
                "message_template": policy.message_template,
                "news": told,
            }
        )
        deliveries.append(
            _make_delivery(news.workspace_id, notification_id, policy.block_document_id, now)
        )
    outbox.add_news(session, notifications, deliveries)
    signal_after_commit(session, TOPIC)


def _make_delivery(
    workspace: UUID, notification_id: UUID, channel_id: UUID, now: datetime
) -> dict[str, Any]:
    return {
        "id": uuid5(notification_id, str(channel_id)),
        "workspace_id": workspace,
        "created": now,
        "notification_id": notification_id,
        "channel_id": channel_id,
        "state": DeliveryState.PENDING,
        "due": now,
        "attempts": 0,
        "failures": 0,
    }


def _as_json(news: News) -> dict[str, Any]:
    values = {field.name: getattr(news, field.name) for field in fields(news)}
    if isinstance(news.parameters, Fragment):
        values["parameters"] = parse(news.parameters)
    return values
