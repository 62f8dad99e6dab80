"""What Pushover is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api import Kind, Severity
from headwater.testing import MESSAGE
from headwater_pushover.payload import (
    LONGEST_MESSAGE,
    LONGEST_TITLE,
    Emergency,
    compose,
    tag_of,
)

SOME = Emergency(30, 3600)


def fields_of(emergency=None, **changes):
    return compose(MESSAGE.model_copy(update=changes), emergency)


def test_a_message_is_shown_with_its_link_and_its_time():
    assert fields_of() == {
        "title": MESSAGE.title,
        "message": f"{MESSAGE.body}\n\nFlow: daily-etl",
        "priority": "1",
        "timestamp": "1795575600",
        "url": MESSAGE.link,
        "url_title": "Open in Headwater",
    }


@pytest.mark.parametrize(
    ("kind", "severity", "priority"),
    [
        (Kind.PROBLEM, Severity.ERROR, "1"),
        (Kind.PROBLEM, Severity.WARNING, "0"),
        (Kind.RECOVERY, Severity.INFO, "0"),
        (Kind.TEST, Severity.INFO, "0"),
        (Kind.NEWS, Severity.INFO, "-1"),
    ],
)
def test_a_message_is_as_urgent_as_it_is_bad(kind, severity, priority):
    assert fields_of(kind=kind, severity=severity)["priority"] == priority


def test_what_failed_may_be_an_emergency():
    fields = fields_of(SOME)

    assert (fields["priority"], fields["retry"], fields["expire"]) == ("2", "30", "3600")
    assert fields["tags"] == tag_of(MESSAGE.model_copy(update={"kind": Kind.RECOVERY}))


@pytest.mark.parametrize(
    "changes",
    [{"severity": Severity.WARNING}, {"kind": Kind.TEST}, {"kind": Kind.NEWS}],
)
def test_nothing_else_is_one(changes):
    assert not {"retry", "expire", "tags"} & set(fields_of(SOME, **changes))


@pytest.mark.parametrize("link", ["", "javascript:x", "http://x/" + "y" * 504])
def test_what_is_no_link_is_left_out(link):
    assert not {"url", "url_title"} & set(fields_of(link=link))


def test_one_more_than_fits_is_cut_with_a_mark():
    fits = fields_of(title="x" * 250, body="x" * 1024, fields={})
    cut = fields_of(title="x" * 251, body="x" * 1025, fields={})

    assert (fits["title"], fits["message"]) == ("x" * 250, "x" * 1024)
    assert (cut["title"], cut["message"]) == ("x" * 249 + "…", "x" * 1023 + "…")


@given(st.text(), st.integers(1, 400))
def test_any_message_fits(text, times):
    fields = fields_of(title=text * times, body=text * times, fields={text: text * times})

    assert 0 < len(fields["title"]) <= LONGEST_TITLE
    assert 0 < len(fields["message"]) <= LONGEST_MESSAGE


def test_a_message_without_words_is_none():
    assert fields_of(title=" ", body="", fields={})["message"] == "Headwater"
