"""What a short message says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.api.sms import compose, septets
from headwater.testing import MESSAGE
from headwater.testing.channels import ODD_TEXTS

SHORT = "http://h/r/1"


def text_of(parts=2, **changes):
    return compose(MESSAGE.model_copy(update={"link": SHORT, **changes}), parts)


def test_a_message_is_title_body_and_link():
    assert text_of(title="It failed", body="boom") == f"It failed\nboom\n{SHORT}"


def test_a_long_body_is_cut_and_the_link_is_not():
    text = text_of(title="It failed", body="boom " * 100)

    assert septets(text) <= 2 * 153
    assert text.endswith(f"...\n{SHORT}")


def test_what_typesetters_use_costs_no_more():
    title = "\N{LEFT DOUBLE QUOTATION MARK}It\N{RIGHT SINGLE QUOTATION MARK}s \N{EN DASH} failed…"
    text = text_of(title=title, body="a\xa0b\tc")

    assert text == f"\"It's - failed...\na b c\n{SHORT}"


def test_signs_of_the_extension_count_twice():
    text = text_of(parts=1, title="x", body="{}" * 100, link="")

    assert septets(text) <= 160
    assert text == "x\n" + "{}" * 38 + "{..."


def test_an_emoji_halves_what_fits():
    text = text_of(title="🎉", body="boom " * 100)

    assert len(text.encode("utf-16-le")) // 2 <= 2 * 67
    assert text.endswith(f"…\n{SHORT}")


def test_an_emoji_that_is_cut_off_costs_nothing():
    text = text_of(title="It failed", body="boom " * 100 + "🎉")

    assert len(text) > 2 * 67
    assert text.endswith(f"...\n{SHORT}")


def test_a_link_that_takes_all_the_room_is_left_out():
    assert text_of(title="x", body="y", link="http://h/" + "z" * 200) == "x\ny"


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
@pytest.mark.parametrize("parts", [1, 2, 10])
def test_any_text_fits_into_the_1600_of_services(text, parts):
    made = text_of(parts, title=text, body=text)

    assert 0 < len(made) <= 1600


@given(st.text(max_size=400), st.integers(1, 10))
def test_no_text_has_more_parts_than_are_paid_for(body, parts):
    made = text_of(parts, title="t", body=body)
    units = len(made.encode("utf-16-le", "surrogatepass")) // 2

    assert septets(made) <= (160 if parts == 1 else 153 * parts) or units <= 67 * parts + 3
