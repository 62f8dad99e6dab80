"""What a message says about a run."""

from uuid import UUID

import pytest

from headwater.notifications.channels import Kind, Severity
from headwater.notifications.rules.filling import Templates
from headwater.notifications.rules.messages import compose, compose_recovery, severity_of
from headwater.notifications.schemas.templates import PLACEHOLDERS

POLICY = UUID(int=7)
URL = "http://headwater.example:4200/base"


@pytest.fixture
def message_of(make_news):
    return lambda template=None, **changes: compose(
        make_news(**changes), Templates(body=template), POLICY, URL
    )


def test_without_a_template_it_is_a_sentence_the_message_and_a_link(make_news):
    news = make_news()
    message = compose(news, Templates(), POLICY, URL)

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
    message = compose(news, Templates(body="\n".join(f"{{{name}}}" for name in names)), POLICY, URL)

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


def test_jinja_has_the_facts_as_they_are(make_news):
    body = "{% for tag in tags %}#{{ tag }} {% endfor %}{{ flow_run_parameters.day }} {{ nobody }}!"
    templates = Templates("jinja", "{{ flow_name }} {{ deployment_id }}", body)
    message = compose(make_news(tags=["a", "b"]), templates, POLICY, URL)

    assert (message.title, message.body) == ("daily-etl ", "#a #b 2026-11-24 !")


TWICE = "{%% for a in range(99) %%}{%% for b in range(99) %%}%s{%% endfor %%}{%% endfor %%}"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (TWICE % "{{ tags|map('upper')|list|length + tags|length + 9 * 9 }}", "too much"),
        (TWICE % "0123456789012", "100000"),
        ("{{ flow_name.upper() }}", "unsafe"),
        ("{{ '{:>999999999}'.format(1) }}", "unsafe"),
        ("{{ tags + 1 }}", "list"),
        ("{% macro m() %}x{% endmacro %}", "macro is not for templates here"),
    ],
)
def test_what_jinja_cannot_say_is_said_in_our_words_and_why(make_news, body, reason):
    message = compose(make_news(), Templates("jinja", "{{ flow_name }}", body), POLICY, URL)

    assert message.title == "daily-etl / fuzzy-leopard: Failed"
    assert "entered a Failed state" in message.body
    assert "(The template of this policy could not be used: " in message.body
    assert reason in message.body


def test_what_another_channel_failed_to_say_has_a_line(make_news):
    message = compose(make_news(), Templates(body="{flow_name}"), POLICY, URL, note="(why)")

    assert message.body == "daily-etl\n\n(why)"


def test_what_fails_and_recovers_is_the_deployment_where_there_is_one(make_news):
    flow, deployment = make_news(), make_news(deployment_id=POLICY)
    over = make_news(deployment_id=POLICY, state_type="COMPLETED", state_name="Completed")
    keys = [compose(news, Templates(), POLICY, URL).dedup_key for news in (flow, deployment)]

    assert keys == [f"policy-{POLICY}-flow-{flow.flow_id}", f"policy-{POLICY}-deployment-{POLICY}"]
    recovery = compose_recovery(over, POLICY, URL, was_lost=False)
    assert (recovery.dedup_key, recovery.kind) == (keys[1], Kind.RECOVERY)
