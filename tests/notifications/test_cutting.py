"""Texts are cut to a limit, and never within what must be whole."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api.texts import cut, cut_fields, is_link, one_line, utf16

FAMILY = "👨\u200d👩\u200d👧"
LINK = "http://x/yz"


@pytest.mark.parametrize(
    ("text", "most", "left"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("abcd", 1, "…"),
        ("abcd", 0, ""),
        ("", 0, ""),
        # What is one to who reads it.
        (f"a{FAMILY}b", 4, "a…"),
        (f"a{FAMILY}b", 7, f"a{FAMILY}b"),
        ("ae\u0301e", 3, "a…"),
        ("a👍🏽b", 3, "a…"),
        ("a❤\ufe0fb", 3, "a…"),
        ("🇩🇪🇫🇷", 3, "🇩🇪…"),
        ("🇩🇪🇫🇷x", 4, "🇩🇪…"),
        ("🇩🇪🇫🇷", 2, "…"),
        # Links, and what only looks like one.
        (f"see {LINK} for more", 13, "see …"),
        (f"see ({LINK}) for more", 13, "see (…"),
        (f"see {LINK} for more", 16, f"see {LINK}…"),
        (f"see {LINK} for more", 18, f"see {LINK} f…"),
        (LINK, 8, "…"),
        ("http is a word", 8, "http is…"),
        # Entities, and what only looks like one.
        ("a &amp; b", 6, "a …"),
        ("a &amp; b", 8, "a &amp;…"),
        ("a &#x1F600; b", 11, "a …"),
        ("AT&T is a firm", 6, "AT&T …"),
    ],
)
def test_a_text_is_cut_with_a_mark_and_nothing_in_two(text, most, left):
    assert cut(text, most) == left


def test_marks_without_end_are_cut_all_the_same():
    text = "a" + "\u0301" * 1000

    assert len(cut(text, 500)) == 500


@pytest.mark.parametrize(("text", "length"), [("", 0), ("aü", 2), ("😀", 2), ("\ud800", 1)])
def test_the_length_is_as_java_counts_it(text, length):
    assert utf16(text) == length


@given(st.text(), st.integers(1, 60), st.sampled_from([len, utf16]))
def test_a_cut_text_fits_and_is_the_start_of_it(text, most, size):
    left = cut(text, most, size=size)

    assert size(left) <= most
    assert left == text or (size(text) > most and text.startswith(left.removesuffix("…")))


@given(st.text(st.sampled_from("a&<\n ")), st.integers(1, 40))
def test_what_is_cut_is_escaped_whole(text, most):
    left = cut(text, most, escape=escape)

    assert len(left) <= most
    assert left == escape(text) or escape(text).startswith(left.removesuffix("…"))
    assert left.count("&") == left.count(";")


def test_a_line_is_one_without_needless_blanks():
    assert one_line(" one\r\n two\u2028three\t ") == "one two three"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://example.com/?a=b", True),
        ("http://x/" + "y" * 91, True),
        ("http://x/" + "y" * 92, False),
        ("http://", False),
        ("http://a b", False),
        ("http://a\n", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_a_link_is_whole_and_not_too_long(address, said):
    assert is_link(address, 100) is said


@pytest.mark.parametrize(
    ("most", "left"),
    [
        (3, {"a": "1", "b": "2", "c": "3"}),
        (2, {"a": "1", "…": "2 more"}),
        (1, {"…": "3 more"}),
        (0, {}),
    ],
)
def test_fields_beyond_the_limit_are_counted(most, left):
    assert cut_fields({"a": "1", "b": "2", "c": "3"}, most) == left
