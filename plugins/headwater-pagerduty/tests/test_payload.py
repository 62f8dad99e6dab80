"""What PagerDuty is sent."""

import json

import pytest

from headwater.api import Kind, Severity
from headwater.testing import MESSAGE
from headwater_pagerduty.payload import (
    LONGEST_KEY,
    LONGEST_SUMMARY,
    compose_change,
    compose_resolve,
    compose_trigger,
    compose_trigger_plainly,
    is_change,
    key_of,
)
from headwater_pagerduty.settings import PagerDutySettings

KEY = "e93facc04764012d7bfb002500d5d1a6"
LARGEST = 512_000  # bytes, a little below what is documented


def settings_of(**more):
    return PagerDutySettings(integration_key=KEY, **more)


def trigger_of(settings=None, **changes):
    return compose_trigger(MESSAGE.model_copy(update=changes), settings or settings_of())


def test_a_problem_opens_an_alert():
    event = trigger_of()

    assert event == {
        "routing_key": KEY,
        "event_action": "trigger",
        "dedup_key": MESSAGE.dedup_key,
        "payload": {
            "summary": MESSAGE.title,
            "source": "Headwater",
            "timestamp": "2026-11-25T03:00:00+00:00",
            "severity": "error",
            "custom_details": {"Message": MESSAGE.body, "Flow": "daily-etl"},
        },
        "client": "Headwater",
        "client_url": MESSAGE.link,
        "links": [],
    }


def test_a_recovery_resolves_what_its_problem_opened():
    recovery = MESSAGE.model_copy(update={"kind": Kind.RECOVERY, "severity": Severity.INFO})
    event = compose_resolve(recovery, settings_of())

    assert event == {
        "routing_key": KEY,
        "event_action": "resolve",
        "dedup_key": trigger_of()["dedup_key"],
    }


def test_what_the_settings_say_is_in_each_alert():
    settings = settings_of(
        source="Prefect",
        component="etl",
        group="data",
        class_id="night",
        clickable_url="https://wiki.example.com/etl",
        custom_details={"Flow": "my own", "disk space left": "145 GB"},
    )
    event = trigger_of(settings)

    payload = event["payload"]
    assert (payload["source"], payload["component"]) == ("Prefect", "etl")
    assert (payload["group"], payload["class"]) == ("data", "night")
    assert payload["custom_details"] == {
        "Message": MESSAGE.body,
        "Flow": "my own",
        "disk space left": "145 GB",
    }
    assert event["links"] == [{"href": "https://wiki.example.com/etl"}]


@pytest.mark.parametrize(
    ("notify_type", "kind", "severity", "sent"),
    [
        ("info", Kind.PROBLEM, Severity.ERROR, "error"),
        ("info", Kind.PROBLEM, Severity.WARNING, "warning"),
        ("failure", Kind.PROBLEM, Severity.WARNING, "critical"),
        ("success", Kind.PROBLEM, Severity.ERROR, "info"),
        ("failure", Kind.NEWS, Severity.INFO, "critical"),
        ("failure", Kind.TEST, Severity.INFO, "info"),
    ],
)
def test_the_severity_is_the_states_unless_one_was_chosen(notify_type, kind, severity, sent):
    event = trigger_of(settings_of(notify_type=notify_type), kind=kind, severity=severity)

    assert event["payload"]["severity"] == sent


@pytest.mark.parametrize(
    ("notify_type", "kind", "change"),
    [
        ("info", Kind.NEWS, True),
        ("success", Kind.NEWS, True),
        ("warning", Kind.NEWS, False),
        ("failure", Kind.NEWS, False),
        ("info", Kind.PROBLEM, False),
        ("info", Kind.TEST, False),
    ],
)
def test_news_call_nobody_unless_that_was_chosen(notify_type, kind, change):
    message = MESSAGE.model_copy(update={"kind": kind})

    assert is_change(message, settings_of(notify_type=notify_type)) is change


def test_news_are_a_change_with_its_links():
    settings = settings_of(clickable_url="https://wiki.example.com/etl")
    event = compose_change(MESSAGE, settings)

    assert event["payload"]["summary"] == MESSAGE.title
    assert event["links"] == [
        {"href": MESSAGE.link, "text": "Open in Headwater"},
        {"href": "https://wiki.example.com/etl"},
    ]


def test_a_summary_is_one_line_within_the_limit():
    summary = trigger_of(title="one\r\n two\n" + "😀" * 2000)["payload"]["summary"]

    assert summary.startswith("one two 😀")
    assert summary.endswith("😀…")
    assert len(summary.encode("utf-16-le")) // 2 <= LONGEST_SUMMARY


@pytest.mark.parametrize(
    ("title", "body", "summary"),
    [(" \n", "the body\nof it", "the body of it"), ("", " ", "Headwater")],
)
def test_a_summary_is_never_empty(title, body, summary):
    assert trigger_of(title=title, body=body)["payload"]["summary"] == summary


def test_an_event_is_never_too_large():
    astral, bell = "😀" * 100_000, "\a" * 100_000
    fields = {f"{number} {bell}": astral for number in range(500)}
    event = trigger_of(title=astral, body=bell, fields=fields)

    assert len(json.dumps(event)) < LARGEST
    assert len(event["payload"]["custom_details"]) > 30


def test_a_long_key_is_a_digest_and_the_same_for_problem_and_recovery():
    message = MESSAGE.model_copy(update={"dedup_key": "x" * (LONGEST_KEY + 1)})
    recovery = message.model_copy(update={"kind": Kind.RECOVERY})

    assert len(key_of(message)) == 64
    assert key_of(recovery) == key_of(message)
    assert len(key_of(message.model_copy(update={"dedup_key": "x" * LONGEST_KEY}))) == LONGEST_KEY


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "http://x/" + "y" * 4000])
def test_no_link_is_better_than_a_bad_one(link):
    assert "client_url" not in trigger_of(link=link)
    assert compose_change(MESSAGE.model_copy(update={"link": link}), settings_of())["links"] == []


def test_the_plain_form_has_what_is_required_alone():
    event = compose_trigger_plainly(
        MESSAGE, settings_of(component="etl", custom_details={"a": "b"})
    )

    assert set(event) == {"routing_key", "event_action", "dedup_key", "payload"}
    assert set(event["payload"]) == {"summary", "source", "severity", "timestamp"}
