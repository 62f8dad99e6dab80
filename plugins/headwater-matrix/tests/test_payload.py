"""What a room of Matrix is sent."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api import Kind
from headwater.testing import MESSAGE
from headwater_matrix.payload import LARGEST, MOST_FIELDS, compose


def content_of(notify_type="info", **changes):
    return compose(MESSAGE.model_copy(update=changes), notify_type)


def test_a_message_is_text_and_html():
    assert content_of() == {
        "msgtype": "m.text",
        "body": f"❌ {MESSAGE.title}\n\n{MESSAGE.body}\n\nFlow: daily-etl\n\n{MESSAGE.link}",
        "format": "org.matrix.custom.html",
        "formatted_body": f'<strong><font color="#d1242f">❌ {MESSAGE.title}</font></strong>'
        f"<br><br>{MESSAGE.body}<br><br><strong>Flow:</strong> daily-etl<br><br>"
        f'<a href="{MESSAGE.link}">Open in Headwater</a>',
        "m.mentions": {},
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
    content = content_of(**changes)

    assert content["body"].startswith(f"{sign} ")
    assert f'<font color="{colour}">{sign} ' in content["formatted_body"]


@pytest.mark.parametrize(
    ("text", "plain", "html"),
    [
        ('<b> & "x"', '<b> & "x"', "&lt;b&gt; &amp; &quot;x&quot;"),
        ("@room", "@\u200broom", "@\u200broom"),
        ("*a*", "*a*", "*a*"),
        ("see https://x/?a&b.", "see https://x/?a&b.", None),
    ],
)
def test_users_texts_are_shown_as_they_are(text, plain, html):
    content = content_of(title=text, body=text, fields={text: text}, link="")

    assert content["body"] == f"❌ {plain}\n\n{plain}\n\n{plain}: {plain}"
    if html:
        _, body, field = content["formatted_body"].split("<br><br>")
        assert (body, field) == (html, f"<strong>{html}:</strong> {html}")


def test_addresses_in_a_body_are_links():
    _, body, *_ = content_of(body="see https://x/?a&b.\nthere")["formatted_body"].split("<br><br>")

    assert body == 'see <a href="https://x/?a&amp;b">https://x/?a&amp;b</a>.<br>there'


def test_what_surrounds_an_address_is_no_part_of_it():
    _, body, *_ = content_of(body="<https://x/a> (https://x/b)")["formatted_body"].split("<br><br>")

    first, second = '<a href="https://x/a">https://x/a</a>', '<a href="https://x/b">https://x/b</a>'
    assert body == f"&lt;{first}&gt; ({second})"


@pytest.mark.parametrize(
    "link", ["", "javascript:alert(1)", "http://x/" + "y" * 3000, "http://x/" + "😀" * 900]
)
def test_no_link_is_better_than_one_that_leads_nowhere(link):
    assert "<a " not in content_of(link=link)["formatted_body"]


def test_a_link_stays_within_its_attribute():
    html = content_of(link='https://x/"onclick="alert(1)')["formatted_body"]

    assert html.endswith('<a href="https://x/&quot;onclick=&quot;alert(1)">Open in Headwater</a>')


@pytest.mark.parametrize("sign", ["x", "&", "<", "😀", "a\n", '"', "é"])
def test_a_large_message_is_cut_with_a_mark(sign):
    text = sign * 50_000
    content = content_of(title=text, body=text, fields={f"{n} {text}": text for n in range(40)})

    assert len(json.dumps(content)) < LARGEST
    title, body, fields, _ = content["body"].split("\n\n")
    assert (title[-1], body[-1]) == ("…", "…")
    assert fields.endswith(" more")
    title, body, fields, _ = content["formatted_body"].split("<br><br>")
    assert title.endswith("…</font></strong>")
    assert body.endswith("…")
    assert fields.endswith(" more")


def test_no_entity_is_cut_in_two():
    html = content_of(body="&" * 50_000)["formatted_body"]

    assert html.split("<br><br>")[1].removesuffix("…").replace("&amp;", "") == ""


def test_fields_beyond_the_limit_are_counted():
    body = content_of(fields={str(number): "v" for number in range(30)}, link="")["body"]

    assert body.count(": v") == MOST_FIELDS - 1
    assert body.endswith("\n…: 6 more")


@given(st.text(st.sampled_from("a*<@😀\n é&")), st.integers(0, 30))
def test_any_message_fits(text, times):
    changes = {"title": text, "body": text * times * 50, "fields": {text: text * times * 9}}

    assert len(json.dumps(content_of(**changes))) < LARGEST


def test_many_addresses_fit():
    assert len(json.dumps(content_of(body="https://example.org/a " * 5000))) < LARGEST


def test_a_message_without_words_has_a_title():
    assert content_of(title=" ", body="\n", fields={}, link="")["body"] == "❌ Headwater"
