"""Puts news into the outbox, in the transaction of what happened: both are kept, or neither."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid5

from orjson import Fragment
from pydantic import ValidationError
from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.db.session import signal_after_commit
from headwater.notifications.channels import Kind, Message
from headwater.notifications.models import Problem
from headwater.notifications.queries import groups, outbox, policies
from headwater.notifications.queries import recoveries as queries
from headwater.notifications.rules import recoveries
from headwater.notifications.rules.groups import group_of, place_news, place_recovery
from headwater.notifications.rules.messages import is_problem, severity_of
from headwater.notifications.rules.timing import Group, Placed, find_patience
from headwater.notifications.schemas.news import News
from headwater.notifications.schemas.states import DeliveryState
from headwater.notifications.schemas.templates import Templating
from headwater.notifications.schemas.timing import Grouping, QuietHours

TOPIC = "deliveries"
GROUPS = "news-groups"  # told when one is to be looked at
NOBODY = UUID(int=0)  # in place of a policy and a run, where there is none
Times = TypeVar("Times", Grouping, QuietHours)
logger = logging.getLogger(__name__)
_KEPT = ("templating", "title_template", "message_template")


def announce(session: Session, news: News, *, now: datetime) -> None:
    """Write a notification for each policy that wants *news*, and its deliveries.

    One statement when none does, three else, and four for what is to be told to have recovered.
    Ids follow from policy, state and channel: what was announced before is not announced again.
    """
    matching = policies.list_matching(session, news)
    if not matching:
        return
    told = _as_json(news)
    notifications, deliveries, problems = [], [], []
    for policy in matching:
        notification = _make_notification(policy, news, told, now)
        if policy.since is not None and policy.recovery and news.is_over:
            made = _tell_recovery(session, policy, news, notification, now)
        else:
            placed = _place(session, policy, news, now)
            order = _open_problem(policy, notification, news, placed, now)
            problems += [order] if order else []
            made = _tell(policy, notification, placed, order)
        if made:
            notifications.append(notification)
            deliveries += made
    if problems:
        policies.open_problems(session, problems)
    if deliveries:
        outbox.add_news(session, notifications, deliveries)
        signal_after_commit(session, TOPIC)


def announce_message(
    session: Session,
    workspace: UUID,
    channel_id: UUID,
    message: Message,
    cause: UUID,
    *,
    now: datetime,
    subject: UUID | None = None,
) -> UUID:
    """Write a message that no policy asked for, and its delivery, whose id is returned: *cause* is
    the id of what told it, an event's or an action's.

    Of one *subject*, a recovery is told after its problem.
    """
    notification = {
        "id": uuid5(channel_id, str(cause)),
        "workspace_id": workspace,
        "created": now,
        "policy_id": NOBODY,
        "state_id": cause,
        "flow_run_id": NOBODY,
        "news": message.model_dump(mode="json"),
        "fallback_channel_ids": [],
        "templating": Templating.PLAIN,
        "title_template": None,
        "message_template": None,
    }
    delivery = make_delivery(notification, channel_id, Placed(DeliveryState.PENDING, now), now)
    if subject is not None:
        delivery |= _order(session, subject, message, now)
    outbox.add_news(session, [notification], [delivery])
    signal_after_commit(session, TOPIC)
    delivery_id: UUID = delivery["id"]
    return delivery_id


def _order(session: Session, subject: UUID, message: Message, now: datetime) -> dict[str, Any]:
    key = recoveries.order_key(NOBODY, subject)
    latest = max((seq for _, seq in queries.list_tellings(session, key, 0)), default=0)
    problem = Problem.TOLD if message.kind is Kind.RECOVERY else None
    return {"order_key": key, "seq": recoveries.number(now, latest), "problem": problem}


def make_delivery(
    notification: Mapping[str, Any],
    channel_id: UUID,
    placed: Placed,
    now: datetime,
    *,
    patience: float | None = None,
) -> dict[str, Any]:
    """Return the row of a delivery of *notification*, whose `id` and `workspace_id` it goes by.

    For *patience* seconds it waits for a channel that rests; None: there is no other to be told.
    """
    is_patient = patience is None or placed.state != DeliveryState.PENDING
    return {
        "id": uuid5(notification["id"], str(channel_id)),
        "workspace_id": notification["workspace_id"],
        "created": now,
        "notification_id": notification["id"],
        "channel_id": channel_id,
        "state": placed.state,
        "due": placed.due,
        "reason": placed.reason,
        "attempts": 0,
        "failures": 0,
        "order_key": None,
        "seq": 0,
        "problem": None,
        "note": None,
        "group_id": placed.group.id if placed.group else None,
        "digest_id": None,
        "fall_back": None if is_patient else placed.due + timedelta(seconds=patience or 0.0),
    }


def _make_notification(
    policy: Row[Any], news: News, told: dict[str, Any], now: datetime
) -> dict[str, Any]:
    return {
        "id": uuid5(policy.id, str(news.state_id)),
        "workspace_id": news.workspace_id,
        "created": now,
        "policy_id": policy.id,
        "state_id": news.state_id,
        "flow_run_id": news.flow_run_id,
        "news": told,
        "fallback_channel_ids": _ids(policy.fallback_channel_ids),
        **{name: getattr(policy, name) for name in _KEPT},
    }


def _place(session: Session, policy: Row[Any], news: News, now: datetime) -> Placed:
    grouping, quiet = read_times(policy)
    severity = severity_of(news.state_type, news.state_name)
    open_in = policy.group_id
    placed = place_news(policy.id, grouping, quiet, news, severity, open_in=open_in, now=now)
    return _join(session, policy, news, placed)


def _place_recovery(session: Session, policy: Row[Any], news: News, now: datetime) -> Placed:
    grouping, quiet = read_times(policy)
    group = None
    if policy.group_id is not None:
        group = Group(policy.group_id, group_of(policy.id, grouping, news).label)
    return _join(session, policy, news, place_recovery(group, grouping, quiet, now=now))


def _join(session: Session, policy: Row[Any], news: News, placed: Placed) -> Placed:
    """Return *placed* as its group has it, which may be due earlier or later."""
    if placed.group is None or placed.state != DeliveryState.HELD:
        return placed
    row = {
        "id": placed.group.id,
        "workspace_id": news.workspace_id,
        "policy_id": policy.id,
        "label": placed.group.label,
        "due": placed.due,
    }
    signal_after_commit(session, GROUPS)
    return replace(placed, due=groups.join(session, row))


def read_times(policy: Row[Any]) -> tuple[Grouping | None, QuietHours | None]:
    """Return what a policy groups by and when it is quiet.

    A time zone that this machine does not know must not keep a run from failing.
    """
    grouping, quiet = _read(Grouping, policy.grouping), None
    try:
        quiet = _read(QuietHours, policy.quiet_hours)
    except ValidationError as error:
        logger.error("a policy's quiet hours are passed over: %s", error.errors()[0]["msg"])
    return grouping, quiet


def _read(model: type[Times], column: Any) -> Times | None:
    value = parse(column) if isinstance(column, Fragment) else column
    return None if value is None else model.model_validate(value)


def _open_problem(
    policy: Row[Any], notification: dict[str, Any], news: News, placed: Placed, now: datetime
) -> dict[str, Any] | None:
    """Return the row of what is to be told to be over when it is, None for what is no problem,
    or not told at all."""
    if not (policy.recovery and is_problem(news)) or placed.state == DeliveryState.SUPPRESSED:
        return None
    return {
        "policy_id": policy.id,
        "subject_id": news.subject_id,
        "workspace_id": news.workspace_id,
        "opened": now,
        "since": recoveries.number(now),
        "group_id": placed.group.id if placed.group else None,
        "notification_id": notification["id"],
    }


def _tell(
    policy: Row[Any],
    notification: dict[str, Any],
    placed: Placed,
    problem: Mapping[str, Any] | None,
) -> list[dict[str, Any]]:
    now, patience = (
        notification["created"],
        find_patience(policy.fallback_after, notification["fallback_channel_ids"]),
    )
    made = [
        make_delivery(notification, channel_id, placed, now, patience=patience)
        for channel_id in _channels(policy)
    ]
    if problem is not None:
        key = recoveries.order_key(policy.id, problem["subject_id"])
        made = [{**row, "order_key": key, "seq": problem["since"]} for row in made]
    return made


def _tell_recovery(
    session: Session, policy: Row[Any], news: News, notification: dict[str, Any], now: datetime
) -> list[dict[str, Any]]:
    """Return a delivery for each channel that was told of the problem, or may have been.

    What is still to be told of it is dropped; and a policy that wants this news anyway has it told
    over its other channels.
    """
    key = recoveries.order_key(policy.id, news.subject_id)
    if policy.group_id is not None:  # which is told of the problem now, or not any more
        groups.lock(session, policy.group_id)
    queries.merge_unsent(session, key, policy.since, recoveries.OVER)
    policies.close_problem(session, policy.id, news.subject_id)
    made, told, over = [], set(), None
    tellings = queries.list_tellings(session, key, policy.since)
    for telling, latest in tellings:
        problem = recoveries.judge(telling)
        unheard = problem == Problem.UNTRIED
        if unheard and policy.is_wanted:
            continue
        told.add(telling.channel_id)
        if unheard:
            placed = Placed(DeliveryState.MERGED, now, recoveries.OVER)
        else:
            placed = over = over or _place_recovery(session, policy, news, now)
        row = make_delivery(notification, telling.channel_id, placed, now)
        made.append(
            {**row, "order_key": key, "seq": recoveries.number(now, latest), "problem": problem}
        )
    if policy.is_wanted:
        rest = [one for one in _channels(policy) if one not in told]
        placed = _place(session, policy, news, now) if rest else Placed("pending", now)
        patience = find_patience(policy.fallback_after, notification["fallback_channel_ids"])
        made += [make_delivery(notification, one, placed, now, patience=patience) for one in rest]
    return made


def _channels(policy: Row[Any]) -> Iterator[UUID]:
    yield policy.block_document_id
    yield from map(UUID, _ids(policy.more_channel_ids))


def _ids(column: Any) -> list[str]:
    found: list[str] = parse(column) if isinstance(column, Fragment) else column
    return found


def _as_json(news: News) -> dict[str, Any]:
    values = {field.name: getattr(news, field.name) for field in fields(news)}
    if isinstance(news.parameters, Fragment):
        values["parameters"] = parse(news.parameters)
    return values
