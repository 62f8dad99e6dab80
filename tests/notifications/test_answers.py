"""What failure an answer is, by HTTP's statuses."""

from datetime import UTC, datetime

import pytest

from headwater.api.http import Answer, basic_login, refusal, seconds_until

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)


def refused(status, text="no", retry_after=None, reason=None, wait=None):
    return refusal("The gong", Answer(status, text, retry_after), reason, wait=wait)


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
    ("wait", "asked"),
    [
        (2.5, 2.5),
        (3, 3),
        (-5, 0),
        (None, None),
        ("3", None),
        ([3], None),
        (float("nan"), None),
        (float("inf"), None),
    ],
)
def test_the_wait_may_stand_elsewhere_than_in_the_header(wait, asked):
    assert refused(429, wait=wait).retry_after == asked
    assert refused(429, wait=wait, retry_after=7.0).retry_after == 7
    assert refused(503, wait=wait).retry_after is None


@pytest.mark.parametrize(("epoch", "seconds"), [("60", 60), ("-5", -5), ("soon", None)])
def test_the_second_at_which_to_ask_again_is_a_wait(epoch, seconds):
    text = str(NOW.timestamp() + float(epoch)) if seconds is not None else epoch

    assert seconds_until(text, NOW) == seconds


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


@pytest.mark.parametrize(
    ("text", "said"), [('{"a": 1}', {"a": 1}), ("[]", {}), ("true", {}), ("", {}), ("<p>", {})]
)
def test_what_is_no_object_says_nothing(text, said):
    assert Answer(200, text, None).said == said


def test_a_login_by_name_goes_beyond_ascii():
    assert basic_login("flows", "pä") == {"Authorization": "Basic Zmxvd3M6cMOk"}
