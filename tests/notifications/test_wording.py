"""Users' texts as services show them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api.texts import clean, cut, field_lines, markdown, markdown_link


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one\r\ntwo\rthree\u2028four\x0bfive", "one\ntwo\nthree\nfour\nfive"),
        ("\x1b[1;31mred\x1b[0m bell\a tab\t", "red bell tab\t"),
        ("naïve 🧑‍🚀 שלום", "naïve 🧑‍🚀 שלום"),
    ],
)
def test_only_what_is_to_be_seen_stays(text, shown):
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        (
            "*a* _b_ ~c~ `d` |e| [f](g) \\",
            "\\*a\\* \\_b\\_ \\~c\\~ \\`d\\` \\|e\\| \\[f\\](g) \\\\",
        ),
        ("# a\n  - b\n> c\n+ d", "\\# a\n  \\- b\n\\> c\n\\+ d"),
        ("1. a\n12) b\n3 c", "1\\. a\n12\\) b\n3 c"),
        ("daily-etl > 5 #1", "daily-etl > 5 #1"),
        ("see https://x/a_b*c_d now_", "see https://x/a_b*c_d now\\_"),
        ("", ""),
    ],
)
def test_markdown_shows_a_text_as_it_is(text, escaped):
    assert markdown(text) == escaped


def test_what_else_a_service_takes_for_markup_is_escaped_too():
    assert markdown("a <b> *c*", also="<") == "a \\<b> \\*c\\*"


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("http://x/a?b=(c)&d=%20", "[Open](http://x/a?b=%28c%29&d=%20)"),
        ("http://x/<é>", "[Open](http://x/%3C%C3%A9%3E)"),
        ("javascript:alert(1)", ""),
        ("http://x/" + "y" * 3000, ""),
        ("", ""),
    ],
)
def test_a_link_ends_where_the_address_does(address, link):
    assert markdown_link("Open", address) == link


@given(st.text(st.sampled_from("a*_1.\n-# ")), st.integers(1, 30))
def test_no_escape_is_cut_in_two(text, most):
    shown = cut(text, most, escape=markdown)

    assert len(shown) <= most
    assert shown in [markdown(text), *(markdown(text[:end]) + "…" for end in range(len(text)))]


def fit(text, most):
    return cut(text, most, escape=markdown)


def test_each_field_is_a_line_whose_name_stands_out():
    fields = {"Flow": "a\n*b*", " ": "c"}

    assert field_lines(fields, 100, fit) == "**Flow:** a \\*b\\*\n**-:** c"
    assert field_lines({}, 100, fit) == ""


def test_fields_beyond_what_people_read_are_counted():
    lines = field_lines({str(number): "v" for number in range(30)}, 10_000, fit).splitlines()

    assert lines[24:] == ["**24:** v", "… and 5 more"]


@given(
    st.integers(60, 3000), st.integers(0, 60), st.text(st.sampled_from("a*_1.\n-# "), max_size=2)
)
def test_fields_stay_in_their_room_and_are_told_or_counted(room, count, text):
    fields = {f"{number}{text}": text * 2000 for number in range(count)}
    shown = field_lines(fields, room, fit)

    told = shown.count(":**")
    assert len(shown) <= room
    assert shown.endswith(f"… and {count - told} more") == (told < count)
