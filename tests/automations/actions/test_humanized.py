"""Numbers and times as templates say them, beside the package that the clients' own server uses."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from jinja2_humanize_extension import HumanizeExtension

from headwater.automations.rules.humanized import humanized_at
from headwater.sandbox import RenderError, render_leniently

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FILTERS = humanized_at(NOW)
THEIRS = {
    name: change
    for name, change in Environment(extensions=[HumanizeExtension]).filters.items()  # noqa: S701  # no HTML
    if name.startswith("humanize_")
}
NUMBERS = (
    *("ordinal", "intcomma", "intword", "apnumber", "fractional"),
    *("scientific", "metric", "clamp", "naturalsize"),
)
UNITS = [
    *("years", "months", "days", "hours", "minutes"),
    *("seconds", "milliseconds", "microseconds"),
]
numbers = st.floats() | st.integers(-(10**40), 10**40)
texts = st.sampled_from(["7", "7.5", "1,234.5", "x", "a,b", "nan", "-inf", "1e5", ""])
lengths = (
    st.timedeltas(timedelta(days=-9999), timedelta(days=9999))
    | st.floats(-1e10, 1e10)
    | st.integers(-(10**9), 10**9)
    | st.sampled_from([0.4, 0.5, 3569, 3570, 5400, 86399, 86400, 86400 * 365, "5", "5.5", None])
)


def both(name: str, *values: Any, **more: Any) -> tuple[Any, Any]:
    """Return what their filter makes, and what ours does; a fault is a fault."""

    def run(change: Any, *before: Any) -> Any:
        try:
            return change(*before, *values, **more)
        except Exception:  # noqa: BLE001  # of any kind
            return "a fault"

    return run(THEIRS[f"humanize_{name}"], None), run(FILTERS[f"humanize_{name}"])


def test_all_filters_are_there() -> None:
    assert FILTERS.keys() == THEIRS.keys()


@given(numbers | texts | st.none() | st.booleans())
@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_said_as_by_the_clients_server(name: str, value: Any) -> None:
    theirs, ours = both(name, value)

    assert ours == theirs


@given(numbers, st.sampled_from(["%.0f", "%.3f", "%d"]), st.integers(0, 5))
def test_numbers_are_said_in_the_form_that_is_asked_for(value: Any, form: str, many: int) -> None:
    for theirs, ours in (
        both("intword", value, format=form),
        both("naturalsize", value, format=form),
        both("naturalsize", value, binary=True, format=form),
        both("naturalsize", value, gnu=True),
        both("intcomma", value, ndigits=many),
        both("scientific", value, precision=many),
        both("metric", value, unit="V", precision=many),
        both("metric", value, unit="°"),
        both("clamp", value, floor=0.5, ceil=many, format="{:.1f}", ceil_token="over "),  # noqa: S106  # no secret
    ):
        assert ours == theirs


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ordinal", 111, "111th"),
        ("ordinal", 23, "23rd"),
        ("intcomma", "1234567.25", "1,234,567.25"),
        ("intword", 999_950, "1.0 million"),
        ("apnumber", 7, "seven"),
        ("fractional", -1.3, "-1 3/10"),
        ("scientific", 0.00123, "1.23 x 10⁻³"),
        ("metric", 999_950, "1.00 M"),
        ("naturalsize", 999_999, "1.0 MB"),
        ("naturaldelta", 5400, "2 hours"),
        ("naturaldelta", timedelta(days=400), "1 year, 1 month"),
        ("precisedelta", 93_602.5, "1 day, 2 hours and 2.50 seconds"),
        ("naturaltime", NOW - 2 * HOUR, "2 hours ago"),
        ("naturaltime", (NOW + HOUR).replace(tzinfo=None), "an hour from now"),
        ("naturaltime", NOW, "now"),
        ("naturaltime", "soon", "soon"),
        ("naturalday", NOW.astimezone(timezone(13 * HOUR)), "today"),
        ("naturalday", NOW + 24 * HOUR, "tomorrow"),
        ("naturalday", date(2026, 11, 26), "yesterday"),
        ("naturalday", date(2026, 11, 1), "Nov 01"),
        ("naturalday", None, "None"),
        ("naturaldate", date(2026, 7, 1), "Jul 01"),
        ("naturaldate", date(2026, 6, 1), "Jun 01 2026"),
        ("abs_timedelta", -HOUR, HOUR),
        ("date_and_delta", HOUR, (NOW - HOUR, HOUR)),
        ("date_and_delta", NOW + HOUR, (NOW + HOUR, HOUR)),
        ("date_and_delta", "x", (None, "x")),
        ("activate", "de_DE", ""),
        ("deactivate", "", None),
        ("thousands_separator", "", ","),
        ("decimal_separator", "", "."),
    ],
)
def test_what_is_said(name: str, value: Any, said: Any) -> None:
    assert FILTERS[f"humanize_{name}"](value) == said


@given(lengths, st.booleans(), st.sampled_from(["seconds", "milliseconds", "MICROSECONDS", "days"]))
def test_lengths_are_said_as_by_the_clients_server(value: Any, months: bool, unit: str) -> None:
    theirs, ours = both("naturaldelta", value, months=months, minimum_unit=unit)

    assert ours == theirs


@given(
    lengths,
    st.sampled_from(UNITS),
    st.sets(st.sampled_from(UNITS)),
    st.sampled_from(["%0.2f", "%d", "%.4f"]),
)
def test_lengths_are_said_precisely(value: Any, unit: str, hidden: set[str], form: str) -> None:
    theirs, ours = both(
        "precisedelta", value, minimum_unit=unit, suppress=sorted(hidden), format=form
    )

    if [one for one in UNITS[: UNITS.index(unit) + 1] if one not in hidden] == ["years"]:
        theirs = theirs.partition(" and ")[0]  # which goes on with the rest, in microseconds
    assert ours == theirs


@given(st.integers(-(10**8), 10**8), st.booleans(), st.booleans())
def test_times_are_said_as_by_the_clients_server(
    seconds: int, future: bool, is_length: bool
) -> None:
    for value in (NOW + timedelta(seconds=seconds), seconds, timedelta(seconds=seconds)):
        theirs, ours = both("naturaltime", value, future=future, when=NOW)
        assert ours == theirs


def test_templates_say_times_by_the_time_that_it_is() -> None:
    template = "{{ at | humanize_naturaltime }}, {{ n | humanize_intcomma(ndigits=1) }}"

    said = render_leniently(template, {"at": NOW - HOUR, "n": 12345.67}, FILTERS)

    assert said == "an hour ago, 12,345.7"


@pytest.mark.parametrize(
    "template",
    [
        "{{ 1e6 | humanize_intword(format='%1000.1f') }}",
        "{{ 1e6 | humanize_intword(format='%*f') }}",
        "{{ 1e6 | humanize_naturalsize(format='%.999f') }}",
        "{{ 1.5 | humanize_clamp(format='{:1000}') }}",
        "{{ 1000 | humanize_clamp(format='{0:{0}}') }}",
        "{{ 1.5 | humanize_clamp(format='{0.__class__}') }}",
        "{{ 1.5 | humanize_scientific(101) }}",
        "{{ 1.5 | humanize_intcomma(101) }}",
        "{{ 1.5 | humanize_metric(precision=101) }}",
        "{{ 61 | humanize_precisedelta(format='%0999f', minimum_unit='hours') }}",
        "{{ 61 | humanize_precisedelta(minimum_unit='weeks') }}",
    ],
)
def test_no_filter_makes_a_long_text_of_a_number(template: str) -> None:
    with pytest.raises(RenderError):
        render_leniently(template, {}, FILTERS)
