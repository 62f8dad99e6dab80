"""What a message says about a run, from the facts that the outbox keeps."""

from datetime import UTC, datetime
from uuid import UUID

from headwater.notifications.channels import Kind, Message, Severity
from headwater.notifications.rules.filling import Templates, fill
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


def compose(
    news: News, templates: Templates, policy_id: UUID, public_url: str, note: str | None = None
) -> Message:
    """Return the message of a policy. *note* stands at its end.

    What a template cannot say is said in Headwater's own words, and why.
    """
    link = _link(news, public_url)
    severity = severity_of(news.state_type, news.state_name)
    title, body = f"{news.flow_name} / {news.flow_run_name}: {news.state_name}", _describe(news)
    notes = [note] if note else []
    try:
        title, body = fill_both(templates, news, policy_id, public_url, title, body)
    except ValueError as error:
        notes.append(f"(The template of this policy could not be used: {error})")
    return Message(
        kind=Kind.NEWS if severity is Severity.INFO else Kind.PROBLEM,
        severity=severity,
        title=title,
        body="\n\n".join([body, *notes]),
        fields=_fields(news),
        link=link,
        dedup_key=_dedup_key(news, policy_id),
        happened=news.state_timestamp,
    )


def compose_recovery(
    news: News, policy_id: UUID, public_url: str, *, was_lost: bool, note: str | None = None
) -> Message:
    """Return the message that what failed works again, by the same key as its problem.

    It is in our own words: a template is about what failed.
    """
    body = (
        f"The {news.flow_name} flow works again: its {news.flow_run_name} run entered "
        f"{_with_article(news.state_name)} state at {_time(news.state_timestamp)}."
    )
    lost = "The message about the problem could not be delivered." if was_lost else None
    return Message(
        kind=Kind.RECOVERY,
        severity=Severity.INFO,
        title=f"{news.flow_name} / {news.flow_run_name}: recovered",
        body="\n\n".join(filter(None, [body, lost, note])),
        fields=_fields(news),
        link=_link(news, public_url),
        dedup_key=_dedup_key(news, policy_id),
        happened=news.state_timestamp,
    )


def with_note(message: Message, note: str | None) -> Message:
    return message.model_copy(update={"body": f"{message.body}\n\n{note}"}) if note else message


def fill_both(
    templates: Templates, news: News, policy_id: UUID, public_url: str, title: str, body: str
) -> tuple[str, str]:
    """Return title and body by the templates, where there are any; ValueError says what fails."""
    link = _link(news, public_url)
    if templates.title is not None:
        title = fill(templates.title, templates.templating, news, policy_id, link)
    if templates.body is not None:
        body = fill(templates.body, templates.templating, news, policy_id, link)
    return title, body


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


def key_of(policy_id: UUID, flow_id: UUID | str, deployment_id: UUID | str | None) -> str:
    """Return the `dedup_key` of what is told alone of a flow or a deployment."""
    kind = "flow" if deployment_id is None else "deployment"
    return f"policy-{policy_id}-{kind}-{deployment_id or flow_id}"


def _dedup_key(news: News, policy_id: UUID) -> str:
    return key_of(policy_id, news.flow_id, news.deployment_id)


def _link(news: News, public_url: str) -> str:
    return f"{public_url}/runs/flow-run/{news.flow_run_id}"


def _fields(news: News) -> dict[str, str]:
    return {"Tags": ", ".join(news.tags)} if news.tags else {}


def _describe(news: News) -> str:
    sentence = (
        f"The {news.flow_run_name} run of the {news.flow_name} flow entered "
        f"{_with_article(news.state_name)} state at {_time(news.state_timestamp)}"
    )
    return f"{sentence}\n\n{news.state_message}" if news.state_message else sentence


def _with_article(state_name: str) -> str:
    return f"{'an' if state_name[:1].upper() in 'AEIOU' else 'a'} {state_name}"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
