"""What Opsgenie is sent."""

import json

import pytest

from headwater.api import Kind, Severity
from headwater.testing import MESSAGE
from headwater_opsgenie.payload import (
    LONGEST_ALIAS,
    LONGEST_DESCRIPTION,
    LONGEST_DETAILS,
    LONGEST_MESSAGE,
    LONGEST_NOTE,
    alias_of,
    compose,
    compose_note,
    compose_plainly,
)
from headwater_opsgenie.settings import OpsgenieSettings

KEY = "eb243592-faa2-4ba2-a551-1afdf565c889"
TEAM = "4513b7ea-3b91-438f-b7e4-e3e54af9147c"


def settings_of(**more):
    return OpsgenieSettings(apikey=KEY, **more)


def alert_of(settings=None, **changes):
    return compose(MESSAGE.model_copy(update=changes), settings or settings_of())


def length(text):
    return len(text.encode("utf-16-le")) // 2


def test_a_problem_opens_an_alert():
    assert alert_of() == {
        "message": MESSAGE.title,
        "alias": MESSAGE.dedup_key,
        "priority": "P2",
        "source": "Headwater",
        "description": f"{MESSAGE.body}\n\nOpen in Headwater: {MESSAGE.link}",
        "details": {"Link": MESSAGE.link, "Flow": "daily-etl"},
    }


def test_all_responders_are_of_one_alert():
    settings = settings_of(
        target_user=["ada@example.com"],
        target_team=["data", TEAM],
        target_schedule="nights, weekends",
        target_escalation=["last resort"],
    )

    assert alert_of(settings)["responders"] == [
        {"type": "user", "username": "ada@example.com"},
        {"type": "team", "name": "data"},
        {"type": "team", "id": TEAM},
        {"type": "schedule", "name": "nights"},
        {"type": "schedule", "name": "weekends"},
        {"type": "escalation", "name": "last resort"},
    ]


@pytest.mark.parametrize(
    ("priority", "kind", "severity", "sent"),
    [
        (None, Kind.PROBLEM, Severity.ERROR, "P2"),
        (None, Kind.PROBLEM, Severity.WARNING, "P3"),
        (None, Kind.NEWS, Severity.INFO, "P5"),
        # As the clients send their numbers.
        (1, Kind.PROBLEM, Severity.WARNING, "P1"),
        ("3", Kind.PROBLEM, Severity.ERROR, "P3"),
        ("p5", Kind.PROBLEM, Severity.ERROR, "P5"),
        ("P1", Kind.TEST, Severity.INFO, "P5"),
    ],
)
def test_the_priority_is_the_states_unless_one_was_chosen(priority, kind, severity, sent):
    alert = alert_of(settings_of(priority=priority), kind=kind, severity=severity)

    assert alert["priority"] == sent


def test_what_users_wrote_is_no_html():
    text = "<b>a</b> & b"
    alert = alert_of(title=text, body=text, link="")

    assert alert["message"] == alert["description"] == "&lt;b&gt;a&lt;/b&gt; &amp; b"


@pytest.mark.parametrize("shift", range(6))
def test_a_message_is_one_line_within_the_limit_with_no_escape_in_two(shift):
    message = alert_of(title="x" * shift + "\r\n" + "&" * 500)["message"]

    assert length(message) <= LONGEST_MESSAGE
    assert "\n" not in message
    assert message.endswith("&amp;…")


@pytest.mark.parametrize(
    ("title", "body", "message"),
    [(" \n", "the body\nof it", "the body of it"), ("", " ", "Headwater")],
)
def test_a_message_is_never_empty(title, body, message):
    assert alert_of(title=title, body=body)["message"] == message


@pytest.mark.parametrize("body", ["😀" * 20_000, "<" * 20_000, "a b\n" * 20_000])
def test_a_description_is_cut_before_its_link(body):
    description = alert_of(body=body)["description"]

    assert length(description) <= LONGEST_DESCRIPTION
    assert description.endswith(f"…\n\nOpen in Headwater: {MESSAGE.link}")


def test_details_fit_and_those_of_the_settings_come_first():
    fields = {f"field {number}": "😀" * 3000 for number in range(100)}
    details = alert_of(settings_of(details={"field 1": "mine", "b": "c"}), fields=fields)["details"]

    assert length(json.dumps(details, ensure_ascii=False)) <= LONGEST_DETAILS
    assert list(details)[:3] == ["field 1", "b", "Link"]
    assert details["b"] == "c"
    *kept, last = details
    assert (last, details[last]) == ("…", f"{len({*fields, 'b', 'Link'}) - len(kept)} more")


def test_tags_and_the_entity_fit():
    settings = settings_of(tags=["x" * 60, *map(str, range(30))], entity="y" * 600)
    alert = alert_of(settings)

    assert len(alert["tags"]) == 20
    assert [len(alert["tags"][0]), len(alert["entity"])] == [50, 512]


def test_an_alias_of_ones_own_is_that_of_all_alerts_but_a_test():
    settings = settings_of(alias="etl")
    problem, other, test = (
        MESSAGE.model_copy(update={"kind": kind, "dedup_key": key})
        for kind, key in [(Kind.PROBLEM, "a"), (Kind.RECOVERY, "b"), (Kind.TEST, "c")]
    )

    assert [alias_of(one, settings) for one in (problem, other, test)] == ["etl", "etl", "c"]


def test_a_long_alias_is_a_digest_and_the_same_for_problem_and_recovery():
    message = MESSAGE.model_copy(update={"dedup_key": "x" * (LONGEST_ALIAS + 1)})
    recovery = message.model_copy(update={"kind": Kind.RECOVERY})

    assert len(alias_of(message, settings_of())) == 64
    assert alias_of(recovery, settings_of()) == alias_of(message, settings_of())


def test_the_plain_form_still_reaches_the_right_people():
    settings = settings_of(target_team=["data"], tags=["a"], details={"a": "b"}, entity="etl")
    alert = compose_plainly(MESSAGE, settings)

    assert set(alert) == {"message", "alias", "priority", "source", "responders"}


def test_a_note_says_what_ended_the_problem_within_the_limit():
    assert compose_note(MESSAGE)["note"] == f"{MESSAGE.title}\n\n{MESSAGE.body}"
    longer = MESSAGE.model_copy(update={"body": "<" * 50_000})
    assert length(compose_note(longer)["note"]) <= LONGEST_NOTE
    nothing = MESSAGE.model_copy(update={"title": "", "body": " "})
    assert compose_note(nothing)["note"] == "It is over."
