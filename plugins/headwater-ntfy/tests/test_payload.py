"""What ntfy is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api import Kind
from headwater.testing import MESSAGE
from headwater_ntfy.payload import LARGEST_MESSAGE, LARGEST_TITLE, compose, in_json


def payload_of(priority=4, **changes):
    return compose(MESSAGE.model_copy(update=changes), "topic", priority)


def test_a_message_is_shown_with_its_link():
    assert payload_of() == {
        "topic": "topic",
        "title": MESSAGE.title,
        "message": f"{MESSAGE.body}\n\nFlow: daily-etl",
        "priority": 4,
        "tags": ["x"],
        "click": MESSAGE.link,
        "actions": [{"action": "view", "label": "Open in Headwater", "url": MESSAGE.link}],
    }


@pytest.mark.parametrize(
    ("kind", "priority"), [(Kind.PROBLEM, 5), (Kind.RECOVERY, 3), (Kind.NEWS, 2), (Kind.TEST, 3)]
)
def test_problems_alone_are_as_urgent_as_was_chosen(kind, priority):
    assert payload_of(5, kind=kind)["priority"] == priority


def test_a_recovery_has_a_sign_of_its_own():
    assert payload_of(kind=Kind.RECOVERY)["tags"] == ["white_check_mark"]


@pytest.mark.parametrize(
    "link", ["", "javascript:alert(1)", "http://x/" + "y" * 1000, "http://" + "é" * 900]
)
def test_what_is_no_link_is_left_out(link):
    assert not {"click", "actions"} & set(payload_of(link=link))


@pytest.mark.parametrize("sign", ["x", "é", '"'])
def test_one_more_than_fits_is_cut_with_a_mark(sign):
    most = LARGEST_MESSAGE // in_json(sign)
    fits, cut = (payload_of(body=sign * n, fields={})["message"] for n in (most, most + 1))

    assert fits == sign * most
    assert cut.endswith("…")
    assert in_json(cut) <= LARGEST_MESSAGE


@given(st.text(), st.integers(1, 400))
def test_any_message_fits(text, times):
    payload = payload_of(title=text * times, body=text * times, fields={text: text * times})

    assert 0 < in_json(payload["title"]) <= LARGEST_TITLE
    assert 0 < in_json(payload["message"]) <= LARGEST_MESSAGE
