"""Tells what was held for a group, or for the end of quiet hours: one message of it all."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid5

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.db.json import parse
from headwater.db.session import signal_after_commit
from headwater.notifications import outbox
from headwater.notifications.channels import Kind, Severity
from headwater.notifications.models import Problem
from headwater.notifications.outbox import TOPIC, read_times
from headwater.notifications.queries import groups as queries
from headwater.notifications.queries import outbox as outbox_queries
from headwater.notifications.rules import recoveries
from headwater.notifications.rules.digests import MOST_LINES
from headwater.notifications.rules.groups import Look, Step, judge_group, worst_of
from headwater.notifications.rules.messages import key_of, severity_of
from headwater.notifications.rules.quiet import quiet_until
from headwater.notifications.rules.timing import Group, Placed, find_patience
from headwater.notifications.schemas.digests import Digest, Line
from headwater.notifications.schemas.states import DeliveryState

IDLE = timedelta(days=1)  # between two looks at what goes on: its policy may be gone
DELETED = "its policy was deleted before it was told"


def look(session: Session, group_id: UUID, *, now: datetime) -> None:
    """Do what is due about a group; nothing if another process has just done so."""
    group = queries.lock_due(session, group_id, now)
    if group is None:
        return
    policy = queries.find_times(session, group.workspace_id, group.policy_id)
    if policy is None:
        queries.suppress(session, group_id, DELETED)
        queries.remove(session, group_id)
        return
    grouping, quiet = read_times(policy)
    held = queries.count_held(session, group_id)
    found = Look(
        held=sum(row.number for row in held),
        oldest=min((row.first for row in held), default=None),
        worst=_worst(held),
        open_problems=queries.count_open(session, group.policy_id, group_id),
        told=group.told,
    )
    step, due = judge_group(grouping, quiet, found, now=now)
    if step is Step.END:
        queries.remove(session, group_id)
        return
    due = due or (now + IDLE if found.open_problems else None)
    if step is Step.WAIT:
        queries.change(session, group_id, {"due": due})
        return
    if step is Step.TELL:
        in_quiet = quiet is not None and quiet_until(quiet, found.oldest or now) is not None
        why: Literal["grouped", "quiet"] = "quiet" if in_quiet else "grouped"
        _tell(session, group, policy, held, found, why, now=now)
    elif policy.is_active:
        _repeat(session, group, policy, found, now=now)
    if due is None:
        queries.remove(session, group_id)
        return
    rest = timedelta(seconds=grouping.interval) if grouping else timedelta()
    queries.change(session, group_id, {"due": due, "told": now, "not_before": now + rest})


def _tell(
    session: Session,
    group: Row[Any],
    policy: Row[Any],
    held: Sequence[Row[Any]],
    found: Look,
    why: Literal["grouped", "quiet"],
    *,
    now: datetime,
) -> None:
    recovered = sum(row.number for row in held if row.recovered)
    kind = Kind.NEWS
    if recovered and not found.open_problems:
        kind = Kind.RECOVERY
    elif found.worst is not Severity.INFO:
        kind = Kind.PROBLEM
    first = queries.list_first_held(session, group.id, MOST_LINES)
    digest = _describe(group, held, first, found, kind, now=now, why=why)
    if kind is Kind.PROBLEM and policy.recovery and not found.open_problems:
        # All was told alone before: by the group's key nobody would close it.
        digest = replace(digest, dedup_key=_own_key(session, group, held))
    channels = set(queries.list_channels(session, group.id))
    if kind is Kind.RECOVERY:
        channels |= set(queries.list_open_channels(session, group.id))
    # One alone is told as it is, if that is what the message is.
    alone = found.held == 1 and (kind is Kind.RECOVERY) == (recovered == 1)
    said, by_group = None if alone else digest, digest.dedup_key is None
    of = (session, group, policy, first[0], kind, said, sorted(channels))
    sent = _add(*of, by_group=by_group, now=now)
    others = f"with {found.held - 1} more " if found.held > 1 else ""
    for channel_id, delivery_id in sent.items():
        queries.merge(session, group.id, channel_id, delivery_id, f"told {others}by {delivery_id}")


def _repeat(
    session: Session, group: Row[Any], policy: Row[Any], found: Look, *, now: datetime
) -> None:
    """Tell again, over the channels that the policy has now, what goes on."""
    counts = queries.count_problems(session, group.policy_id, group.id)
    first = queries.list_first_problems(session, group.policy_id, group.id, MOST_LINES)
    if not first:  # of before there were groups
        return
    digest = _describe(group, counts, first, found, Kind.PROBLEM, now=now, why="repeat")
    channels = [policy.block_document_id, *map(UUID, parse(policy.more_channel_ids))]
    _add(session, group, policy, first[0], Kind.PROBLEM, digest, channels, now=now)


def _own_key(session: Session, group: Row[Any], held: Sequence[Row[Any]]) -> str:
    """Return the key of the first problem that is held, as it is told alone."""
    problems = (row for row in held if _severity(row) is not Severity.INFO and not row.recovered)
    state = min(problems, key=lambda row: row.first)
    first = queries.get_first_in_state(session, group.id, state.state_type, state.state_name)
    news = parse(first.news)
    return key_of(group.policy_id, news["flow_id"], news["deployment_id"])


def _describe(
    group: Row[Any],
    counts: Sequence[Row[Any]],
    first: Sequence[Row[Any]],
    found: Look,
    kind: Kind,
    *,
    now: datetime,
    why: Literal["grouped", "quiet", "repeat"],
) -> Digest:
    ranks = list(Severity)
    ranked = sorted(
        (row for row in counts if not row.recovered),
        key=lambda row: (-ranks.index(_severity(row)), row.state_name),
    )
    by_name: dict[str, int] = {}
    for row in ranked:  # types may share a name
        by_name[row.state_name] = by_name.get(row.state_name, 0) + row.number
    return Digest(
        group_id=group.id,
        label=group.label,
        why=why,
        since=min(row.first for row in counts),
        until=now,
        total=sum(row.number for row in counts),
        counts=by_name,
        recovered=sum(row.number for row in counts if row.recovered),
        open_problems=found.open_problems,
        kind=kind,
        severity=_worst(counts),
        first=[_line(row) for row in first],
    )


def _line(notification: Row[Any]) -> Line:
    news = parse(notification.news)
    return Line(
        flow_run_id=UUID(news["flow_run_id"]),
        flow_name=news["flow_name"],
        flow_run_name=news["flow_run_name"],
        state_name=news["state_name"],
        state_timestamp=datetime.fromisoformat(news["state_timestamp"]),
        recovered=bool(notification.recovered),
    )


def _worst(counts: Sequence[Row[Any]]) -> Severity:
    return worst_of([_severity(row) for row in counts if not row.recovered])


def _severity(row: Row[Any]) -> Severity:
    return severity_of(row.state_type, row.state_name)


def _add(
    session: Session,
    group: Row[Any],
    policy: Row[Any],
    like: Row[Any],
    kind: Kind,
    digest: Digest | None,
    channels: Sequence[UUID],
    *,
    by_group: bool = True,
    now: datetime,
) -> dict[UUID, UUID]:
    """Write the message and its deliveries; return their ids by channel.

    Its id follows from the group and the time that was set for it, and its key if it is *by_group*.
    Without *digest* it says what the notification *like* does.
    """
    id_ = uuid5(group.id, group.due.isoformat())
    notification = dict(like._mapping) | {"id": id_, "created": now, "state_id": id_, "kind": kind}
    del notification["recovered"]
    if digest is not None:
        notification |= {"message_template": None, "title_template": None, "news": asdict(digest)}
    of = Group(group.id, group.label) if by_group else None
    placed = Placed(DeliveryState.PENDING, now, group=of)
    order = {"order_key": group.id, "seq": recoveries.number(now)}
    patience = find_patience(policy.fallback_after, parse(like.fallback_channel_ids))
    if kind is Kind.RECOVERY:
        order |= {"problem": Problem.TOLD}
        patience = None
    deliveries = [
        outbox.make_delivery(notification, channel, placed, now, patience=patience) | order
        for channel in channels
    ]
    outbox_queries.add_news(session, [notification], deliveries)
    signal_after_commit(session, TOPIC)
    return {row["channel_id"]: row["id"] for row in deliveries}
