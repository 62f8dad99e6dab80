"""What a message says about a run."""

from uuid import UUID

import pytest

from headwater.notifications.channels import Kind, Severity
from headwater.notifications.rules.messages import compose, severity_of
from headwater.notifications.schemas.templates import PLACEHOLDERS

POLICY = UUID(int=7)
URL = "http://headwater.example:4200/base"


@pytest.fixture
def message_of(make_news):
    return lambda template=None, **changes: compose(make_news(**changes), template, POLICY, URL)


def test_without_a_template_it_is_a_sentence_the_message_and_a_link(make_news):
    news = make_news()
    message = compose(news, None, POLICY, URL)

    assert message.body == (
        "The fuzzy-leopard run of the daily-etl flow entered a Failed state "
        "at 2026-11-25 03:00:00 UTC\n\nboom"
    )
    assert message.link == f"{URL}/runs/flow-run/{news.flow_run_id}"
    assert message.title == "daily-etl / fuzzy-leopard: Failed"
    assert message.fields == {"Tags": "daily-etl"}


def test_without_a_state_message_it_is_the_sentence_alone(message_of):
    assert message_of(state_message=None).body.endswith("at 2026-11-25 03:00:00 UTC")


def test_the_article_fits_the_state(message_of):
    assert "entered an AwaitingRetry state" in message_of(state_name="AwaitingRetry").body


def test_each_placeholder_is_filled(make_news):
    names = PLACEHOLDERS
    news = make_news(parameters={"day": "☃"})
    message = compose(news, "\n".join(f"{{{name}}}" for name in names), POLICY, URL)

    assert message.body.split("\n") == [
        str(POLICY),
        str(news.flow_id),
        "daily-etl",
        message.link,
        str(news.flow_run_id),
        "fuzzy-leopard",
        '{"day": "☃"}',
        "FAILED",
        "Failed",
        "2026-11-25 03:00:00+00:00",
        "boom",
    ]


def test_what_a_value_holds_is_not_looked_into(message_of):
    text = "{flow_run_id} {nonsense} {0.__class__} }{"

    assert message_of("{{x}} {flow_run_state_message}", state_message=text).body == f"{{x}} {text}"


@pytest.mark.parametrize(
    ("state_type", "state_name", "severity"),
    [
        ("FAILED", "Failed", Severity.ERROR),
        ("FAILED", "TimedOut", Severity.ERROR),
        ("CRASHED", "Crashed", Severity.ERROR),
        ("CANCELLED", "Cancelled", Severity.WARNING),
        ("CANCELLING", "Cancelling", Severity.WARNING),
        ("PAUSED", "Suspended", Severity.WARNING),
        ("SCHEDULED", "Late", Severity.WARNING),
        ("SCHEDULED", "AwaitingRetry", Severity.WARNING),
        ("SCHEDULED", "Scheduled", Severity.INFO),
        ("RUNNING", "Running", Severity.INFO),
        ("COMPLETED", "Completed", Severity.INFO),
        ("COMPLETED", "Cached", Severity.INFO),
    ],
)
def test_the_severity_is_that_of_the_state(message_of, state_type, state_name, severity):
    assert severity_of(state_type, state_name) is severity
    kind = message_of(state_type=state_type, state_name=state_name).kind
    assert kind is (Kind.NEWS if severity is Severity.INFO else Kind.PROBLEM)


def test_the_dedup_key_is_the_flows_and_not_the_runs(message_of):
    flow = UUID(int=1)

    assert message_of(flow_id=flow).dedup_key == message_of(flow_id=flow).dedup_key
    assert message_of(flow_id=flow).dedup_key != message_of().dedup_key
