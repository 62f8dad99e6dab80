"""What Rocket.Chat is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api import Kind
from headwater.testing import MESSAGE
from headwater_rocketchat.payload import (
    LONGEST_PLAIN_TEXT,
    LONGEST_TEXT,
    LONGEST_TITLE,
    compose,
    compose_plainly,
)


def payload_of(notify_type="info", **changes):
    return compose(MESSAGE.model_copy(update=changes), notify_type)


def text_of(**changes):
    (attachment,) = payload_of(**changes)["attachments"]
    return attachment["text"]


def test_a_message_is_a_line_and_an_attachment():
    assert payload_of() == {
        "text": f"❌ `{MESSAGE.title}`",
        "attachments": [
            {
                "color": "#d1242f",
                "title": "Open in Headwater",
                "title_link": MESSAGE.link,
                "text": f"{MESSAGE.body}\n\n**Flow:** daily-etl",
            }
        ],
    }


@pytest.mark.parametrize(
    ("changes", "sign", "colour"),
    [
        ({"kind": Kind.RECOVERY}, "✅", "#2da44e"),
        ({"kind": Kind.TEST}, "💬", "#2f6fde"),
        ({"notify_type": "warning"}, "⚠️", "#d9920a"),
    ],
)
def test_sign_and_colour_are_those_of_the_tone(changes, sign, colour):
    payload = payload_of(**changes)

    assert payload["text"].startswith(f"{sign} ")
    assert payload["attachments"][0]["color"] == colour


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@all", "@\u200ball"),
        ("#general", "\\#\u200bgeneral"),
        ("see #general", "see #\u200bgeneral"),
        ("*a* _b_ ~c~", "\\*a\\* \\_b\\_ \\~c\\~"),
        ("<b> &lt;", "\\<b> &amp;lt;"),
        (":smile: a:b", ":\u200bsmile: a:b"),
        ("https://x/@all_", "https://x/%40all_"),
        ("- one", "\\- one"),
        ("a & b", "a & b"),
    ],
)
def test_users_texts_call_nobody_and_are_shown_as_they_are(text, shown):
    assert text_of(body=text, fields={text: text}) == f"{shown}\n\n**{shown}:** {shown}"


def test_the_line_is_code_that_nobody_can_leave():
    text = payload_of(title="`@all` *x* #general\n```")["text"]

    assert text == "❌ `'@\u200ball' *x* #\u200bgeneral '''`"


def test_nothing_to_say_but_the_title_is_the_title():
    assert payload_of(body=" ", fields={}, link="")["attachments"] == []
    assert payload_of(title="\n")["text"] == "❌ `Headwater`"


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "http://x/" + "y" * 3000])
def test_no_link_is_better_than_one_that_leads_nowhere(link):
    assert "title_link" not in payload_of(link=link)["attachments"][0]


@pytest.mark.parametrize("sign", ["x", "*", "@", "<", "😀", "a\n"])
def test_a_large_message_is_cut_with_a_mark(sign):
    text = sign * 50_000
    payload = payload_of(title=text, body=text, fields={f"{n} {text}": text for n in range(40)})
    (attachment,) = payload["attachments"]

    assert len(payload["text"]) <= LONGEST_TITLE + 3
    assert payload["text"].endswith("…`")
    assert len(attachment["text"]) <= LONGEST_TEXT
    body, fields = attachment["text"].split("\n\n")
    assert body.endswith("…")
    assert fields.endswith(" more")


def test_fields_beyond_the_limit_are_counted():
    text = text_of(fields={str(number): "v" for number in range(30)})

    assert text.count(":** v") == 25
    assert text.endswith("\n… and 5 more")


@given(st.text(st.sampled_from("a*<@😀\n é`")), st.integers(0, 30))
def test_any_message_fits(text, times):
    changes = {"title": text, "body": text * times * 50, "fields": {text: text * times * 9}}

    payload = payload_of(**changes)
    assert len(payload["text"]) <= LONGEST_TITLE + 3
    assert all(len(one["text"]) <= LONGEST_TEXT for one in payload["attachments"])
    plain = compose_plainly(MESSAGE.model_copy(update=changes))["text"]
    assert len(plain) <= LONGEST_PLAIN_TEXT


def test_the_plain_form_says_all_in_one_text():
    message = MESSAGE.model_copy(update={"body": "x" * 10_000})
    text = compose_plainly(message)["text"]

    assert len(text) <= LONGEST_PLAIN_TEXT
    assert text.startswith(f"`{MESSAGE.title}`\nxxx")
    assert text.endswith(f"**Flow:** daily-etl\n[Open in Headwater]({MESSAGE.link})")
