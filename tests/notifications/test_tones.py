"""How news is meant."""

import pytest

from headwater.api import Kind, Severity
from headwater.api.tones import COLOURS, SIGNS, Tone, tone_of
from headwater.testing import MESSAGE


@pytest.mark.parametrize(
    ("kind", "severity", "notify_type", "tone"),
    [
        (Kind.PROBLEM, Severity.ERROR, "info", Tone.BAD),
        (Kind.PROBLEM, Severity.WARNING, "prefect_default", Tone.WARNING),
        (Kind.NEWS, Severity.INFO, "info", Tone.GOOD),
        (Kind.RECOVERY, Severity.ERROR, "info", Tone.GOOD),
        (Kind.TEST, Severity.INFO, "info", Tone.NEUTRAL),
        (Kind.TEST, Severity.INFO, "failure", Tone.BAD),
        (Kind.PROBLEM, Severity.ERROR, "success", Tone.GOOD),
        (Kind.NEWS, Severity.INFO, "warning", Tone.WARNING),
    ],
)
def test_the_tone_is_the_messages_unless_one_was_chosen(kind, severity, notify_type, tone):
    message = MESSAGE.model_copy(update={"kind": kind, "severity": severity})

    assert tone_of(message, notify_type) is tone


def test_each_tone_has_a_colour_and_a_sign_of_its_own():
    assert len(set(COLOURS.values())) == len(set(SIGNS.values())) == len(Tone)
