"""Telephone numbers."""

import pytest

from headwater_twilio.numbers import mask, normalise, normalise_sender


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("18004242424", "+18004242424"),
        ("+1 (800) 424-2424", "+18004242424"),
        ("+49 30/123456", "+4930123456"),
        (" WhatsApp:+18004242424", "whatsapp:+18004242424"),
    ],
)
def test_a_number_may_be_written_in_many_ways(written, number):
    assert normalise(written) == number
    assert normalise_sender(written) == number


@pytest.mark.parametrize(
    "written", ["", "12", "0800424242", "+", "+1800424242424242", "signal:+18004242424", "ops"]
)
def test_what_is_no_number_is_refused(written):
    with pytest.raises(ValueError, match="is no telephone number"):
        normalise(written)


@pytest.mark.parametrize("sender", ["12345", "123456", "Headwater", "Data Ops 1"])
def test_messages_may_come_from_a_short_code_or_a_name(sender):
    assert normalise_sender(sender) == sender


@pytest.mark.parametrize("sender", ["", "1234", "TwelveLetter", "Ops!"])
def test_other_senders_are_refused(sender):
    with pytest.raises(ValueError, match="is no telephone number"):
        normalise_sender(sender)


def test_no_number_is_shown_whole():
    shown = mask("to +18004242424 and 4930123456: 21211 at 10:15")

    assert shown == "to +1800***2424 and 49301***3456: 21211 at 10:15"
