"""What machines wrote, as HTML that is safe whatever they wrote."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater_panel_runs.log_text import plain, render_text

TAGS = re.compile(
    r'</span>|<span class="ansi-[a-z -]+">'
    r'|</a>|<a href="https?://[^"<>]*" rel="noopener noreferrer">'
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("\x1b[31mred\x1b[0m", '<span class="ansi-red">red</span>'),
        (
            "\x1b[1;92mx\x1b[22my",
            '<span class="ansi-bold ansi-green">x</span><span class="ansi-green">y</span>',
        ),
        ("\x1b[38;5;196mx\x1b[39my", "xy"),
        ("\x1b[38;2;1;2;3;1mx", '<span class="ansi-bold">x</span>'),
        ("\x1b[2K\x1b[1Ax\x1b]0;title\x07y", "xy"),
        ("\x1b", ""),
        ("10%\r20%\r\nend", "10%\n20%\nend"),
        ("a\x08b", "a␈b"),
        (
            "https://x.org/a.",
            '<a href="https://x.org/a" rel="noopener noreferrer">https://x.org/a</a>.',
        ),
        (
            "(https://x.org/a_(b))",
            '(<a href="https://x.org/a_(b)" rel="noopener noreferrer">https://x.org/a_(b)</a>)',
        ),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("https://", "https://"),
    ],
)
def test_text_becomes(text, html):
    assert str(render_text(text)) == html


@given(
    st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\x1b[];m0134<>\"'&/:htps.)\r\n")))
)
def test_no_text_makes_a_tag_of_its_own(text):
    html = str(render_text(text))

    assert not set(TAGS.sub("", html)) & set("<>\"'")


@given(st.text(alphabet="\x1b[];m0134ab"))
def test_plain_text_has_no_escapes(text):
    assert "\x1b" not in plain(text)


def test_a_text_of_nothing_but_escapes_is_rendered_quickly():
    assert str(render_text("\x1b[31m" * 100_000)) == ""
    assert str(render_text("\x1b]" * 100_000)) != "<"
    assert len(plain("\x1b[" + "1;" * 100_000)) >= 0
