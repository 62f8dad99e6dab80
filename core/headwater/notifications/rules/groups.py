"""Which news are told together, and when: as Alertmanager groups alerts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from headwater.notifications.channels import Severity
from headwater.notifications.rules.quiet import breaks_through, quiet_until
from headwater.notifications.rules.timing import Group, Placed
from headwater.notifications.schemas.news import News
from headwater.notifications.schemas.timing import GroupBy, Grouping, QuietHours

EVERYTHING = "all news"


def group_of(policy_id: UUID, grouping: Grouping | None, news: News) -> Group:
    """Return the group that *news* are in; without *grouping* it is that of all of the policy."""
    parts: list[tuple[str, str, str]] = []
    for by in sorted(set(grouping.by if grouping else ())):
        match by:
            case GroupBy.FLOW:
                parts.append((by, str(news.flow_id), f"flow {news.flow_name}"))
            case GroupBy.DEPLOYMENT:
                # There is no name among the news, and the flow's says more than a number.
                of = "a deployment" if news.deployment_id else "no deployment"
                parts.append((by, str(news.deployment_id), f"{of} of flow {news.flow_name}"))
            case GroupBy.WORK_POOL:
                of = f"work pool {news.work_pool_id}" if news.work_pool_id else "no work pool"
                parts.append((by, str(news.work_pool_id), of))
            case GroupBy.TAGS:
                tags = sorted(set(news.tags))
                label = f"tags {', '.join(tags)}" if tags else "no tags"
                parts.append((by, repr(tags), label))
    key = repr([(by, value) for by, value, _ in parts])
    return Group(uuid5(policy_id, key), ", ".join(label for *_, label in parts) or EVERYTHING)


def place_news(
    policy_id: UUID,
    grouping: Grouping | None,
    quiet: QuietHours | None,
    news: News,
    severity: Severity,
    *,
    open_in: UUID | None = None,
    now: datetime,
) -> Placed:
    """Say whether *news* are told at once, with others, after quiet hours, or not at all.

    Of a problem that is *open_in* a group, what is told at once is of that group, too, so that its
    end closes all that services of alerts have open.
    """
    until = None
    if quiet is not None and not breaks_through(quiet, severity):
        until = quiet_until(quiet, now)
    if until is not None and quiet is not None and quiet.then == "drop":
        return Placed("suppressed", now, f"quiet hours until {_shown(until)}")
    if until is not None:
        group, reason = group_of(policy_id, grouping, news), f"quiet hours until {_shown(until)}"
        return Placed("held", until, reason, group)
    if grouping is None:
        if open_in is None or severity is Severity.INFO:
            return Placed("pending", now)
        return Placed("pending", now, group=Group(open_in, EVERYTHING))
    group = group_of(policy_id, grouping, news)
    due = now + timedelta(seconds=grouping.wait)
    return Placed("held", due, f"waits for others of {group.label}", group)


def place_recovery(
    group: Group | None, grouping: Grouping | None, quiet: QuietHours | None, *, now: datetime
) -> Placed:
    """Say when it is told that a problem is over which was told of in *group*, or by itself.

    It is never dropped, since it closes what services of alerts have open. Where something breaks
    through quiet hours, it does, too.
    """
    until = None if quiet is None or quiet.breaks_through else quiet_until(quiet, now)
    if group is None:
        return Placed("pending", until or now)
    wait = timedelta(seconds=grouping.wait if grouping else 0.0)
    return Placed("held", until or now + wait, f"waits for others of {group.label}", group)


class Step(StrEnum):
    WAIT = "wait"
    TELL = "tell"  # what is held
    REPEAT = "repeat"  # what goes on
    END = "end"  # there is nothing more to tell


@dataclass(frozen=True)
class Look:
    """What is found at a look at a group: *oldest* is when the first of *held* was announced."""

    held: int
    oldest: datetime | None
    worst: Severity
    open_problems: int
    told: datetime | None


def judge_group(
    grouping: Grouping | None, quiet: QuietHours | None, look: Look, *, now: datetime
) -> tuple[Step, datetime | None]:
    """Return what is to be done about a group, and when to look again if nothing happens."""
    until = None if quiet is None else _held_back(quiet, look, now)
    if until is not None and (look.held or look.open_problems):
        return Step.WAIT, until
    repeat = _seconds(grouping.repeat if grouping else None) if look.open_problems else None
    rest = _seconds(grouping.interval) if grouping else None
    if look.held:
        # Looked at once more when others may be told again, to end it.
        return Step.TELL, _after(now, repeat or rest)
    if look.told is not None and repeat is not None:
        due = look.told + repeat
        return (Step.REPEAT, now + repeat) if due <= now else (Step.WAIT, due)
    if look.open_problems:
        return Step.WAIT, None
    if look.told is not None and rest is not None and look.told + rest > now:
        return Step.WAIT, look.told + rest
    return Step.END, None


def _held_back(quiet: QuietHours, look: Look, now: datetime) -> datetime | None:
    """Return until when quiet hours keep a group from being told, if they do.

    Those that last all day have an end for what they held, though the next have begun then.
    """
    if look.held == 0 or look.oldest is None:
        return quiet_until(quiet, now)  # of a repetition
    if quiet.then == "drop" or breaks_through(quiet, look.worst):
        return None  # it was held for its group alone
    until = quiet_until(quiet, look.oldest) or quiet_until(quiet, now)
    return until if until is not None and until > now else None


def _seconds(value: float | None) -> timedelta | None:
    return None if value is None else timedelta(seconds=value)


def _after(now: datetime, delay: timedelta | None) -> datetime | None:
    return None if delay is None else now + delay


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def worst_of(severities: Sequence[Severity]) -> Severity:
    """Return the worst; INFO of none."""
    ranks = list(Severity)
    return max(severities, key=ranks.index, default=Severity.INFO)
