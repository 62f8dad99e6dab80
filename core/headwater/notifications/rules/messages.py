"""What a message says about a run, from the facts that the outbox keeps."""

import json
from datetime import UTC, datetime
from string import Formatter
from uuid import UUID

from headwater.notifications.channels import Kind, Message, Severity
from headwater.notifications.schemas.news import News

_SEVERITIES = {
    "FAILED": Severity.ERROR,
    "CRASHED": Severity.ERROR,
    "CANCELLED": Severity.WARNING,
    "CANCELLING": Severity.WARNING,
    "PAUSED": Severity.WARNING,
}
# States that differ from their type: something is amiss, though the run may yet succeed.
_WORRYING = frozenset({"AwaitingRetry", "Late", "Retrying", "TimedOut"})


def compose(news: News, template: str | None, policy_id: UUID, public_url: str) -> Message:
    """Return the message of a policy; no *template* is Headwater's own words."""
    link = f"{public_url}/runs/flow-run/{news.flow_run_id}"
    severity = severity_of(news.state_type, news.state_name)
    return Message(
        kind=Kind.NEWS if severity is Severity.INFO else Kind.PROBLEM,
        severity=severity,
        title=f"{news.flow_name} / {news.flow_run_name}: {news.state_name}",
        body=_describe(news) if template is None else _fill(template, news, policy_id, link),
        fields={"Tags": ", ".join(news.tags)} if news.tags else {},
        link=link,
        dedup_key=_dedup_key(news, policy_id),
        happened=news.state_timestamp,
    )


def compose_test(channel: str, public_url: str, now: datetime) -> Message:
    """Return the message by which a person sees whether *channel* works."""
    return Message(
        kind=Kind.TEST,
        severity=Severity.INFO,
        title="Test notification from Headwater",
        body=f"The channel {channel} works. Somebody asked for this test at {_time(now)}.",
        fields={},
        link=public_url,
        dedup_key=f"test-{channel}",
        happened=now,
    )


def is_problem(news: News) -> bool:
    return severity_of(news.state_type, news.state_name) is not Severity.INFO


def severity_of(state_type: str, state_name: str) -> Severity:
    found = _SEVERITIES.get(state_type, Severity.INFO)
    return Severity.WARNING if found is Severity.INFO and state_name in _WORRYING else found


def _dedup_key(news: News, policy_id: UUID) -> str:
    kind = "flow" if news.deployment_id is None else "deployment"
    return f"policy-{policy_id}-{kind}-{news.subject_id}"


def _describe(news: News) -> str:
    article = "an" if news.state_name[:1].upper() in "AEIOU" else "a"
    sentence = (
        f"The {news.flow_run_name} run of the {news.flow_name} flow entered {article} "
        f"{news.state_name} state at {_time(news.state_timestamp)}"
    )
    return f"{sentence}\n\n{news.state_message}" if news.state_message else sentence


def _fill(template: str, news: News, policy_id: UUID, link: str) -> str:
    values = {
        "flow_run_notification_policy_id": policy_id,
        "flow_id": news.flow_id,
        "flow_name": news.flow_name,
        "flow_run_url": link,
        "flow_run_id": news.flow_run_id,
        "flow_run_name": news.flow_run_name,
        "flow_run_parameters": json.dumps(news.parameters, ensure_ascii=False),
        "flow_run_state_type": news.state_type,
        "flow_run_state_name": news.state_name,
        "flow_run_state_timestamp": news.state_timestamp.isoformat(sep=" "),
        "flow_run_state_message": news.state_message or "",
    }
    # Not str.format: what the values hold is never looked into.
    parts = Formatter().parse(template)
    return "".join(text + ("" if name is None else str(values[name])) for text, name, _, _ in parts)


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
