"""What Mattermost is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.testing import MESSAGE
from headwater_mattermost.payload import (
    LONGEST_PLAIN_TEXT,
    LONGEST_TEXT,
    compose,
    compose_plainly,
)
from headwater_mattermost.settings import MattermostSettings


def settings_of(**settings):
    return MattermostSettings(url="https://chat.example/hooks/abc", **settings)


def attachment_of(settings=None, **changes):
    payload = compose(MESSAGE.model_copy(update=changes), settings or settings_of())
    (attachment,) = payload["attachments"]
    return attachment


def test_a_message_is_an_attachment_with_its_fields_and_its_link():
    attachment = attachment_of()

    assert attachment == {
        "fallback": MESSAGE.title,
        "color": "#d1242f",
        "text": f"**{MESSAGE.title}**\n\n{MESSAGE.body}\n\n**Flow:** daily-etl\n\n"
        f"[Open in Headwater]({MESSAGE.link})",
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@channel", "@\u200bchannel"),
        ("<!channel>", "&lt;!channel>"),
        ("<http://x|y>", "&lt;http://x|y>"),
        ("<x|y>", "&lt;x\\|y>"),
        ("&lt;!here>", "&amp;lt;!here>"),
        ("a & b", "a & b"),
        ("https://x/@all_", "https://x/%40all_"),
        ("*a*", "\\*a\\*"),
    ],
)
def test_users_texts_call_nobody_and_are_shown_as_they_are(text, shown):
    attachment = attachment_of(title=text, body=text, fields={text: text}, link="")

    assert attachment["text"] == f"**{shown}**\n\n{shown}\n\n**{shown}:** {shown}"
    assert "@c" not in attachment["fallback"]


def test_a_sign_says_how_bad_the_news_is():
    attachment = attachment_of(settings_of(include_image=True))

    assert attachment["fallback"] == f"❌ {MESSAGE.title}"
    assert attachment["text"].startswith(f"**❌ {MESSAGE.title}**")


def test_the_bots_name_is_asked_for():
    assert compose(MESSAGE, settings_of(botname="News"))["username"] == "News"
    assert "username" not in compose(MESSAGE, settings_of())


@pytest.mark.parametrize("sign", ["x", "*", "@", "<", "😀", "a\n"])
def test_a_large_message_is_cut(sign):
    text = sign * 50_000
    fields = {f"{n} {text}": text for n in range(40)}
    shown = attachment_of(title=text, body=text, fields=fields)["text"]

    assert len(shown) <= LONGEST_TEXT
    assert shown.endswith(f" more\n\n[Open in Headwater]({MESSAGE.link})")
    title, body, *_ = shown.split("\n\n")
    assert title.endswith("…**")
    assert body.endswith("…")


def test_fields_beyond_the_limit_are_counted():
    shown = attachment_of(fields={str(number): "v" for number in range(30)})["text"]

    assert shown.count(":** v") == 25
    assert "\n… and 5 more\n" in shown


@given(st.text(st.sampled_from("a*<@😀\n é")), st.integers(0, 30))
def test_any_message_fits(text, times):
    changes = {"title": text, "body": text * times * 50, "fields": {text: text * times * 9}}
    message = MESSAGE.model_copy(update=changes)

    assert len(attachment_of(**changes)["text"]) <= LONGEST_TEXT
    assert len(compose_plainly(message, settings_of())["text"]) <= LONGEST_PLAIN_TEXT


def test_a_message_without_words_has_a_title():
    attachment = attachment_of(title=" ", body="\n", fields={}, link="")

    assert (attachment["text"], attachment["fallback"]) == ("**Headwater**", "Headwater")


def test_the_plain_form_says_all_in_one_text():
    payload = compose_plainly(MESSAGE, settings_of())

    assert payload == {
        "text": f"{MESSAGE.title}\n\n{MESSAGE.body}\n\n**Flow:** daily-etl\n\n"
        f"[Open in Headwater]({MESSAGE.link})"
    }
