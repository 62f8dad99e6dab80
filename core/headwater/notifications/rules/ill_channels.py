"""What people are told of a channel that fails, is disabled, or works again."""

from datetime import datetime
from uuid import UUID

from headwater.notifications.channels import Kind, Message, Severity
from headwater.notifications.rules.health import Change


def compose_news(
    name: str,
    channel_id: UUID,
    change: Change,
    reason: str | None,
    public_url: str,
    now: datetime,
) -> Message:
    """Return what the operators are told of a channel."""
    severity, title, body = {
        Change.DEGRADED: (
            Severity.WARNING,
            f"The channel {name} fails",
            f"{reason}. What is to go over it is tried again; nobody has to do anything, unless it "
            f"goes on. `headwater channel test {name}` tries it at once.",
        ),
        Change.DISABLED: (
            Severity.ERROR,
            f"The channel {name} is disabled",
            f"{reason}. Nothing goes over it any more. Once it is mended, `headwater channel test "
            f"{name}` enables it.",
        ),
        Change.RECOVERED: (
            Severity.INFO,
            f"The channel {name} works again",
            "A message got through.",
        ),
    }[change]
    return Message(
        kind=Kind.RECOVERY if change is Change.RECOVERED else Kind.PROBLEM,
        severity=severity,
        title=title,
        body=body,
        fields={},
        link=public_url,
        dedup_key=f"channel-{channel_id}",
        happened=now,
    )
