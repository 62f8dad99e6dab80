"""What Zulip is sent."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api import Kind
from headwater.testing import MESSAGE
from headwater_zulip.payload import LONGEST_CONTENT, compose


def content_of(notify_type="info", **changes):
    return compose(MESSAGE.model_copy(update=changes), notify_type)


def test_a_message_has_a_title_its_fields_and_its_link():
    assert content_of() == (
        f"❌ **{MESSAGE.title}**\n\n{MESSAGE.body}\n\n**Flow:** daily-etl\n\n"
        f"[Open in Headwater]({MESSAGE.link})"
    )


@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        ({"kind": Kind.RECOVERY}, "✅"),
        ({"kind": Kind.TEST}, "💬"),
        ({"notify_type": "warning"}, "⚠️"),
    ],
)
def test_the_sign_is_that_of_the_tone(changes, sign):
    assert content_of(**changes).startswith(f"{sign} **")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@**all**", "&#64;&#42;&#42;all&#42;&#42;"),
        ("#**general**", "&#35;&#42;&#42;general&#42;&#42;"),
        ("<time:2026-11-25>", "&#60;time:2026-11-25&#62;"),
        ("&lt;", "&#38;lt;"),
        (":smile: a:b", "&#58;smile: a:b"),
        ("1. one", "1&#46; one"),
        ("- one", "&#45; one"),
        ("/me waves", "&#47;me waves"),
        ("$$x$$", "&#36;&#36;x&#36;&#36;"),
        ("[a](b)", "&#91;a&#93;(b)"),
        ("```quote", "&#96;&#96;&#96;quote"),
        ("a_b - c/d 1.5", "a_b - c/d 1.5"),
        ("https://x/@**all**", "https://x/%40%2A%2Aall%2A%2A"),
    ],
)
def test_users_texts_call_nobody_and_are_shown_as_they_are(text, shown):
    content = content_of(title=text, body=text, fields={text: text}, link="")

    assert content == f"❌ **{shown}**\n\n{shown}\n\n**{shown}:** {shown}"


def test_each_line_of_a_body_is_looked_at():
    assert content_of(body="a\n> b\n1. c\n  + d", fields={}, link="").endswith(
        "a\n&#62; b\n1&#46; c\n  &#43; d"
    )


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "http://x/" + "y" * 3000])
def test_no_link_is_better_than_one_that_leads_nowhere(link):
    assert "](" not in content_of(link=link)


def test_nobody_is_called_by_an_address():
    assert content_of(link="https://x/@**all**").endswith("(https://x/%40%2A%2Aall%2A%2A)")


@pytest.mark.parametrize("sign", ["x", "*", "@", "<", "😀", "a\n"])
def test_a_large_message_is_cut_with_a_mark(sign):
    text = sign * 50_000
    content = content_of(title=text, body=text, fields={f"{n} {text}": text for n in range(40)})

    assert len(content) <= LONGEST_CONTENT
    title, body, fields, link = content.split("\n\n")
    assert title.endswith("…**")
    assert body.endswith("…")
    assert fields.endswith(" more")
    assert link == f"[Open in Headwater]({MESSAGE.link})"


def test_no_entity_is_cut_in_two():
    content = content_of(body="@" * 50_000)

    assert re.fullmatch("(&#64;)+…", content.split("\n\n")[1])


def test_fields_beyond_the_limit_are_counted():
    content = content_of(fields={str(number): "v" for number in range(30)}, link="")

    assert content.count(":** v") == 25
    assert content.endswith("\n… and 5 more")


@given(st.text(st.sampled_from("a*<@😀\n é`1.")), st.integers(0, 30))
def test_any_message_fits(text, times):
    changes = {"title": text, "body": text * times * 50, "fields": {text: text * times * 9}}

    assert len(content_of(**changes)) <= LONGEST_CONTENT


def test_a_message_without_words_has_a_title():
    assert content_of(title=" ", body="\n", fields={}, link="") == "❌ **Headwater**"
