"""What failure an answer is, by HTTP's statuses."""

import pytest

from headwater.api.http import Answer, refusal


def refused(status, text="no", retry_after=None, reason=None):
    return refusal("The gong", Answer(status, text, retry_after), reason)


@pytest.mark.parametrize("status", [200, 204, 400, 401, 404, 410, 422])
def test_what_stays_as_it_is_is_final(status):
    assert refused(status).permanent


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_what_passes_is_for_now(status):
    assert not refused(status).permanent


def test_too_many_say_how_long_to_wait():
    error = refused(429, retry_after=7.0)

    assert (error.limited, error.retry_after) == (True, 7.0)
    assert not refused(503, retry_after=7.0).limited


@pytest.mark.parametrize(
    ("text", "reason", "said"),
    [
        ("not\r\n  now ", None, "not now"),
        ("{}", "its own words", "its own words"),
        (" ", None, "no reason"),
        ("x", "", "no reason"),
        ("x" * 500, None, "x" * 300),
    ],
)
def test_the_reason_is_one_short_line(text, reason, said):
    assert str(refused(500, text, reason=reason)) == f"The gong answered 500: {said}"


@pytest.mark.parametrize(
    ("text", "document"),
    [('{"a": 1}', {"a": 1}), ("[]", []), ("", None), ("<p>", None), ("[" * 100_000, None)],
)
def test_an_answer_that_is_json_is_read(text, document):
    assert Answer(200, text, None).json == document
