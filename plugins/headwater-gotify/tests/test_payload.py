"""What Gotify is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api import Kind
from headwater.testing import MESSAGE
from headwater_gotify.payload import LONGEST_MESSAGE, LONGEST_TITLE, compose


def payload_of(priority=8, **changes):
    return compose(MESSAGE.model_copy(update=changes), priority)


def test_a_message_is_shown_with_its_link():
    assert payload_of() == {
        "title": MESSAGE.title,
        "message": f"{MESSAGE.body}\n\nFlow: daily-etl\n\n{MESSAGE.link}",
        "priority": 8,
        "extras": {
            "client::display": {"contentType": "text/plain"},
            "client::notification": {"click": {"url": MESSAGE.link}},
        },
    }


@pytest.mark.parametrize(
    ("kind", "priority"), [(Kind.PROBLEM, 10), (Kind.RECOVERY, 5), (Kind.NEWS, 2), (Kind.TEST, 5)]
)
def test_problems_alone_are_as_urgent_as_was_chosen(kind, priority):
    assert payload_of(10, kind=kind)["priority"] == priority


def test_what_is_no_link_is_left_out():
    payload = payload_of(link="javascript:alert(1)")

    assert "client::notification" not in payload["extras"]
    assert "javascript" not in payload["message"]


def test_a_message_without_words_says_from_whom_it_is():
    payload = payload_of(title=" ", body="", fields={}, link="")

    assert (payload["title"], payload["message"]) == ("Headwater", "Headwater")


def test_what_is_too_long_is_cut_with_a_mark_before_the_link():
    payload = payload_of(title="x" * 201, body="x" * 20_000)

    assert payload["title"] == "x" * 199 + "…"
    assert payload["message"].endswith(f"x…\n\n{MESSAGE.link}")
    assert len(payload["message"]) == LONGEST_MESSAGE


@given(st.text(), st.integers(1, 400))
def test_any_message_fits(text, times):
    payload = payload_of(title=text * times, body=text * times, fields={text: text * times})

    assert 0 < len(payload["title"]) <= LONGEST_TITLE
    assert 0 < len(payload["message"]) <= LONGEST_MESSAGE
