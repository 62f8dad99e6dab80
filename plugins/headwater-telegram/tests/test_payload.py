"""What Telegram is sent."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api import Kind
from headwater.api.texts import utf16
from headwater.testing import MESSAGE
from headwater_telegram.payload import LONGEST, compose, compose_plainly

TAGS = re.compile(r"</?[ab]\b[^<>]*>")


def payload_of(silent=False, thread=None, **changes):
    return compose(MESSAGE.model_copy(update=changes), "-1", thread, silent)


def shown(payload):
    return unescape(TAGS.sub("", payload["text"]))


def test_a_message_has_a_title_its_fields_and_a_link():
    payload = payload_of()

    assert payload["text"] == (
        f"<b>❌ {MESSAGE.title}</b>\n\n{MESSAGE.body}\n\nFlow: daily-etl\n\n"
        f'<a href="{MESSAGE.link}">Open in Headwater</a>'
    )
    assert (payload["chat_id"], payload["parse_mode"]) == ("-1", "HTML")
    assert payload["link_preview_options"] == {"is_disabled": True}
    assert "message_thread_id" not in payload


def test_users_texts_are_shown_as_they_are():
    text = '<b>a</b> & <a href="x">'
    payload = payload_of(title=text, body=text, fields={text: text}, link="")

    assert shown(payload) == f"❌ {text}\n\n{text}\n\n{text}: {text}"


def test_a_link_cannot_leave_its_quotes():
    payload = payload_of(link='http://x.org/"onclick="y')

    assert '<a href="http://x.org/&quot;onclick=&quot;y">' in payload["text"]


@pytest.mark.parametrize("link", ["http://localhost:4200/a?b&c", "http://[x", "https://flows/1"])
def test_an_address_that_telegram_makes_no_link_of_is_shown(link):
    payload = payload_of(link=link)

    assert "<a " not in payload["text"]
    assert shown(payload).endswith(link)


@pytest.mark.parametrize(
    ("kind", "silent"), [(Kind.PROBLEM, False), (Kind.RECOVERY, True), (Kind.NEWS, True)]
)
def test_what_is_silent_sounds_for_problems_alone(kind, silent):
    assert payload_of(True, kind=kind)["disable_notification"] is silent
    assert payload_of(kind=kind)["disable_notification"] is False


def test_a_topic_is_named():
    assert payload_of(thread=5)["message_thread_id"] == 5


@pytest.mark.parametrize("sign", ["x", "&", "<", "😀", "a\n"])
def test_a_large_message_is_cut_as_it_is_seen(sign):
    payload = payload_of(title=sign * 5000, body=sign * 9000, fields={sign: sign * 5000})

    assert LONGEST - 40 <= utf16(shown(payload)) <= LONGEST
    assert payload["text"].endswith("Open in Headwater</a>")
    assert payload["text"].count("…") == 3


@given(st.text(st.sampled_from("a<&😀\n é")), st.integers(1, 900))
def test_any_message_fits_in_each_form(text, times):
    changes = {"title": text, "body": text * times, "fields": {text: text * times}}
    message = MESSAGE.model_copy(update=changes)
    payload = compose(message, "1")

    assert 0 < utf16(shown(payload)) <= LONGEST
    assert 0 < utf16(compose_plainly(message, payload)["text"]) <= LONGEST
