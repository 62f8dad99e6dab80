"""What apprise is given to say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api import Kind, Severity
from headwater.testing import MESSAGE
from headwater_apprise.payload import compose, kind_of, size_of


def said(longest_title=250, longest_body=32768, **changes):
    return compose(MESSAGE.model_copy(update=changes), longest_title, longest_body)


def test_a_message_has_a_title_and_a_body_with_its_link():
    assert said() == (
        MESSAGE.title,
        f"{MESSAGE.body}\n\nFlow: daily-etl\n\n{MESSAGE.link}",
    )


def test_where_there_are_no_titles_it_begins_the_body():
    assert said(0, fields={})[1] == f"{MESSAGE.title}\n{MESSAGE.body}\n\n{MESSAGE.link}"


def test_a_short_body_keeps_its_link_whole():
    title, body = said(0, 160, body="boom " * 100)

    assert (title, size_of(body) <= 160) == ("", True)
    assert body.endswith(f"…\n\n{MESSAGE.link}")


def test_a_link_that_takes_all_the_room_is_left_out():
    assert "http" not in said(0, 60)[1]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@here <!channel> <@U1>", "@\u200bhere <\u200b!channel> <\u200b@\u200bU1>"),
        ("ann@example.com 1 < 2", "ann@example.com 1 < 2"),
    ],
)
def test_no_text_calls_anybody(text, shown):
    assert said(title=text)[0] == shown
    assert said(0, body=text)[1].splitlines()[1] == shown


def test_a_message_without_words_is_none():
    assert said(title=" ", body="", fields={}, link="") == ("Headwater", "Headwater")
    assert said(0, title="", body="", fields={}, link="")[1] == "Headwater"


@pytest.mark.parametrize(
    ("kind", "severity", "chosen", "told"),
    [
        (Kind.PROBLEM, Severity.ERROR, "info", "failure"),
        (Kind.PROBLEM, Severity.WARNING, "prefect_default", "warning"),
        (Kind.RECOVERY, Severity.ERROR, "info", "success"),
        (Kind.TEST, Severity.INFO, "info", "info"),
        (Kind.RECOVERY, Severity.INFO, "failure", "failure"),
    ],
)
def test_its_kind_is_the_state_s_unless_one_is_chosen(kind, severity, chosen, told):
    message = MESSAGE.model_copy(update={"kind": kind, "severity": severity})

    assert kind_of(message, chosen) == told


@given(st.text(st.characters(), max_size=200), st.integers(1, 500), st.integers(100, 5000))
def test_any_message_fits(text, times, most):
    changes = {"title": text * times, "body": text * times, "fields": {text: text * times}}
    title, body = said(most, most, **changes)

    assert 0 < size_of(title) <= most
    assert 0 < size_of(body) <= most
    assert size_of(said(0, most, **changes)[1]) <= most
    (title + body).encode()
