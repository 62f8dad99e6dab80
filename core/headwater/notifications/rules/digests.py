"""What a digest says."""

from datetime import UTC, datetime
from uuid import UUID

from headwater.notifications.channels import Kind, Message, Severity
from headwater.notifications.rules.groups import EVERYTHING
from headwater.notifications.schemas.digests import Digest, Line

MOST_LINES = 10


def compose_digest(digest: Digest, policy_id: UUID, public_url: str) -> Message:
    """Return the message: counts, the first lines with links, and how many more there are."""
    lines = [_write(line, public_url) for line in digest.first[:MOST_LINES]]
    if more := digest.total - len(lines):
        lines.append(f"… and {more} more")
    kind = Kind(digest.kind)
    title = _title(digest, kind)
    return Message(
        kind=kind,
        severity=Severity(digest.severity),
        title=title,
        body="\n".join([f"{title}{_span(digest)}", *lines]),
        fields={},
        link=f"{public_url}/runs",
        dedup_key=digest.dedup_key or _dedup_key(policy_id, digest.group_id),
        happened=digest.until,
    )


def in_group(message: Message, policy_id: UUID, group_id: UUID | None) -> Message:
    """Return *message* with the key that all of its group have, if it is of one."""
    if group_id is None:
        return message
    return message.model_copy(update={"dedup_key": _dedup_key(policy_id, group_id)})


def _dedup_key(policy_id: UUID, group_id: UUID) -> str:
    return f"policy-{policy_id}-group-{group_id}"


def _title(digest: Digest, kind: Kind) -> str:
    of = "" if digest.label == EVERYTHING else f" ({digest.label})"
    if digest.why == "repeat":
        return f"Still failing: {_count(digest.open_problems, 'problem')}{of}"
    if kind is Kind.RECOVERY and digest.recovered == digest.total:
        return f"All recovered: {_count(digest.recovered, 'problem')}{of}"
    counts = [f"{count} {name}" for name, count in digest.counts.items()]
    if digest.recovered:
        counts.append(f"{digest.recovered} recovered")
        if digest.open_problems:
            counts.append(f"{_count(digest.open_problems, 'problem')} left")
    return f"{_count(digest.total, 'notification')}: {', '.join(counts)}{of}"


def _span(digest: Digest) -> str:
    """Return the rest of the first line, which repeats the title: not all services show that."""
    if digest.why == "repeat":
        return ""
    span = f", from {_time(digest.since)} to {_time(digest.until)}"
    return f"{span}, in quiet hours" if digest.why == "quiet" else span


def _write(line: Line, public_url: str) -> str:
    what = "recovered" if line.recovered else line.state_name
    link = f"{public_url}/runs/flow-run/{line.flow_run_id}"
    run = f"{line.flow_name} / {line.flow_run_name}"
    return f"{run}: {what} at {_time(line.state_timestamp)} {link}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
