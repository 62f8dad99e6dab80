"""What Google Chat is sent."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api import Kind
from headwater.testing import MESSAGE
from headwater_googlechat.payload import (
    LARGEST,
    LONGEST_PLAIN_TEXT,
    MOST_FIELDS,
    compose,
    compose_plainly,
)

OPENED = {"text": "Open in Headwater", "onClick": {"openLink": {"url": MESSAGE.link}}}


def payload_of(notify_type="info", **changes):
    return compose(MESSAGE.model_copy(update=changes), notify_type)


def widgets_of(**changes):
    return payload_of(**changes)["cardsV2"][0]["card"]["sections"][0]["widgets"]


def texts_of(**changes):
    return [one["textParagraph"]["text"] for one in widgets_of(**changes) if "textParagraph" in one]


def test_a_message_is_a_card_with_a_button():
    assert payload_of()["fallbackText"] == f"❌ {MESSAGE.title}"
    assert texts_of() == [
        f'<font color="#d1242f"><b>❌ {MESSAGE.title}</b></font>',
        MESSAGE.body,
        "<b>Flow:</b> daily-etl",
    ]
    assert widgets_of()[-1] == {"buttonList": {"buttons": [OPENED]}}


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"kind": Kind.RECOVERY}, '<font color="#2da44e"><b>✅ '),
        ({"kind": Kind.TEST}, '<font color="#2f6fde"><b>💬 '),
        ({"notify_type": "warning"}, '<font color="#d9920a"><b>⚠️ '),
    ],
)
def test_colour_and_sign_are_those_of_the_tone(changes, shown):
    assert texts_of(**changes)[0].startswith(shown)


def test_users_texts_are_shown_as_they_are():
    text = "<users/all> a & b\n&lt; *x*"
    title, body, field = texts_of(title=text, body=text, fields={text: text})

    shown = "&lt;users/all&gt; a &amp; b"
    assert f"<b>❌ {shown} &amp;lt; *x*</b>" in title
    assert body == f"{shown}<br>&amp;lt; *x*"
    assert field == f"<b>{shown} &amp;lt; *x*:</b> {shown} &amp;lt; *x*"


def test_the_plain_form_mentions_nobody_and_is_not_marked_up():
    message = MESSAGE.model_copy(update={"body": "<users/all> *x* https://x/a_b*c", "link": ""})
    (text,) = compose_plainly(message).values()

    said = "<\u200busers/all> *\u200bx*\u200b https://x/a_b*c"
    assert text == f"{MESSAGE.title}\n{said}"


def test_the_plain_form_has_the_link_though_signs_would_end_it():
    message = MESSAGE.model_copy(update={"link": "https://x/?a|b>c"})

    assert compose_plainly(message)["text"].endswith("\n<https://x/?a%7Cb%3Ec|Open in Headwater>")


@pytest.mark.parametrize(
    "link", ["", "javascript:alert(1)", "http://x/" + "y" * 2000, "http://x/" + "😀" * 900]
)
def test_no_link_is_better_than_one_that_is_refused(link):
    assert all("buttonList" not in widget for widget in widgets_of(link=link))


@pytest.mark.parametrize("sign", ["x", "&", "<", "a\n", "é", "😀", '"', "\\", "a "])
def test_a_large_message_is_cut_with_a_mark(sign):
    text = f"x{sign * 50_000}x"
    payload = payload_of(title=text, body=text, fields={f"{n} {text}": text for n in range(40)})

    assert len(json.dumps(payload)) + 1100 < LARGEST  # the key of a thread comes with it
    widgets = payload["cardsV2"][0]["card"]["sections"][0]["widgets"]
    title, body, fields, _ = widgets
    assert title["textParagraph"]["text"].endswith("…</b></font>")
    assert body["textParagraph"]["text"].endswith("…")
    assert fields["textParagraph"]["text"].endswith(" more")


def test_no_entity_is_cut_in_two():
    _, body, *_ = texts_of(body="&" * 50_000)

    assert body.removesuffix("…").replace("&amp;", "") == ""


def test_fields_beyond_the_limit_are_counted():
    _, _, fields = texts_of(fields={str(number): "v" for number in range(30)})

    assert fields.count(":</b> v") == MOST_FIELDS - 1
    assert fields.endswith("<br><b>…:</b> 6 more")


@given(st.text(st.sampled_from("a*<@😀\n é&")), st.integers(0, 30))
def test_any_message_fits(text, times):
    changes = {"title": text, "body": text * times * 50, "fields": {text: text * times * 9}}

    assert len(json.dumps(payload_of(**changes))) + 1100 < LARGEST
    plain = compose_plainly(MESSAGE.model_copy(update=changes))["text"]
    assert len(plain) <= LONGEST_PLAIN_TEXT


def test_a_message_without_words_has_a_title():
    assert texts_of(title=" ", body="\n", fields={}) == [
        '<font color="#d1242f"><b>❌ Headwater</b></font>'
    ]
