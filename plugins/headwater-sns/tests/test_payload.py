"""What SNS is sent."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api import Kind
from headwater.testing import MESSAGE
from headwater_sns.payload import (
    LARGEST,
    LARGEST_PUSH,
    for_device,
    for_fifo,
    for_phone,
    for_topic,
    size_of,
    subject_of,
)


def changed(**changes):
    return MESSAGE.model_copy(update=changes)


def test_a_topic_is_told_all_and_phones_the_gist():
    fields = for_topic(MESSAGE, 2)
    said = json.loads(fields["Message"])

    assert said["default"] == (
        f"{MESSAGE.title}\n\n{MESSAGE.body}\n\nFlow: daily-etl\n\n{MESSAGE.link}"
    )
    assert said["sms"] == f"{MESSAGE.title}\n{MESSAGE.body}\n{MESSAGE.link}"
    assert (fields["Subject"], fields["MessageStructure"]) == (MESSAGE.title, "json")


def test_subscriptions_may_be_filtered_by_kind_and_severity():
    fields = for_topic(changed(kind=Kind.RECOVERY), 2)
    entries = [f"MessageAttributes.entry.{number}" for number in (1, 2)]

    assert {fields[f"{e}.Name"]: fields[f"{e}.Value.StringValue"] for e in entries} == {
        "kind": "recovery",
        "severity": "error",
    }
    assert {fields[f"{entry}.Value.DataType"] for entry in entries} == {"String"}


def test_a_subject_is_one_line_of_less_than_100_characters():
    assert subject_of(changed(title="a\r\nb\x07")) == "a b"
    assert subject_of(changed(title="x" * 99)) == "x" * 99
    assert subject_of(changed(title="x" * 100)) == "x" * 98 + "…"
    assert subject_of(changed(title=" ")) == "Headwater"


def test_a_problem_and_its_recovery_are_of_one_group():
    first, second = for_fifo(MESSAGE, "one"), for_fifo(changed(kind=Kind.RECOVERY), "two")
    other = for_fifo(changed(dedup_key="other"), "one")

    assert first["MessageGroupId"] == second["MessageGroupId"] != other["MessageGroupId"]
    assert first["MessageDeduplicationId"] == "one"
    assert second["MessageDeduplicationId"] == "two"


@pytest.mark.parametrize("key", ["", "a b", "ü", "x" * 129])
def test_a_key_that_sns_does_not_take_stands_for_one_that_it_does(key):
    made = for_fifo(MESSAGE, key)["MessageDeduplicationId"]

    assert len(made) == 64
    assert set(made) <= set(string.hexdigits)


def test_the_link_is_whole_or_left_out():
    long = for_device(changed(body="boom " * 2000))["Message"]

    assert long.endswith(f"…\n\n{MESSAGE.link}")
    assert "\\" not in for_device(changed(link="http://h/\\" + "x" * 2000))["Message"]


@given(st.text(st.characters(), max_size=300), st.integers(1, 1000))
def test_any_message_fits(text, times):
    message = changed(title=text * times, body=text * times, fields={text: text * times})
    topic, phone = for_topic(message, 10), for_phone(message, 10)

    assert sum(len(value.encode()) for value in topic.values()) <= LARGEST
    assert 0 < len(phone["Message"]) <= 1600
    assert 2 < size_of(for_device(message)["Message"]) <= LARGEST_PUSH + 2
