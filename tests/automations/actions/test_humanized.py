"""Numbers and times as templates say them."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from headwater.automations.rules.humanized import humanized_at
from headwater.sandbox import RenderError, render_leniently

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FILTERS = humanized_at(NOW)
CONTEXT = {"now": NOW, "at": NOW - 2 * HOUR, "long_ago": date(1999, 1, 2), "length": -HOUR}
TEMPLATES = [
    "{{ 111 | humanize_ordinal }} {{ 'x' | humanize_ordinal('female') }}",
    "{{ '1234567.25' | humanize_intcomma }} {{ 1234567.25 | humanize_intcomma(1) }}",
    "{{ 1234000 | humanize_intword }} {{ '1234000' | humanize_intword('%.3f') }}",
    "{{ 7 | humanize_apnumber }} {{ 1.3 | humanize_fractional }}",
    "{{ 0.00123 | humanize_scientific }} {{ 1200 | humanize_scientific(precision=3) }}",
    "{{ 999950 | humanize_metric }} {{ 1200 | humanize_metric('V', 5) }}",
    "{{ 5 | humanize_clamp(1, 9) }} {{ 0.5 | humanize_clamp(1, 9, '{:.1f}', 'under ') }}",
    "{{ 99 | humanize_clamp(ceil=9, ceil_token='over ') }}",
    "{{ 999999 | humanize_naturalsize }} {{ 5000 | humanize_naturalsize(true, format='%.2f') }}",
    "{{ 5400 | humanize_naturaldelta }} {{ 0.01 | humanize_naturaldelta(true, 'milliseconds') }}",
    "{{ 93602.5 | humanize_precisedelta('minutes', ['hours'], '%0.1f') }}",
    "{{ 93602.5 | humanize_precisedelta(minimum_unit='years') }}",
    "{{ at | humanize_naturaltime(when=now) }} {{ 3600 | humanize_naturaltime(true) }}",
    "{{ long_ago | humanize_naturaldate }} {{ long_ago | humanize_naturalday }}",
    "{{ length | humanize_abs_timedelta }} {{ 'x' | humanize_date_and_delta }}",
    "{{ '' | humanize_thousands_separator }} {{ '' | humanize_decimal_separator }}",
    "{{ ('en' | humanize_activate) and '' }}{{ '' | humanize_deactivate }}",
]
THEIR_SERVER = f"""
import datetime, json
from prefect.server.utilities.user_templates import _sync_template_environment as environment
names = [name for name in environment.filters if name.startswith("humanize_")]
said = [environment.from_string(one).render({CONTEXT!r}) for one in {TEMPLATES!r}]
print(json.dumps([names, said]))
"""


def run(script: str, home: Path) -> str:
    """Run a script in a process of its own; return what it printed."""
    environment = {"PREFECT_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    ).stdout


def test_templates_say_the_same_as_on_the_clients_server(tmp_path: Path) -> None:
    names, theirs = json.loads(run(THEIR_SERVER, tmp_path))

    assert FILTERS.keys() == set(names)
    assert [name for name in names if name not in str(TEMPLATES)] == []
    assert [render_leniently(one, CONTEXT, FILTERS) for one in TEMPLATES] == theirs


def test_the_package_is_not_imported_before_an_action_is_done(tmp_path: Path) -> None:
    shown = run(
        "import sys, headwater.app, headwater.automations.service.preparing\n"
        "print('humanize' in sys.modules)",
        tmp_path,
    )

    assert shown == "False\n"


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


def test_templates_say_times_by_the_time_that_it_is() -> None:
    template = "{{ at | humanize_naturaltime }}, {{ n | humanize_intcomma(ndigits=1) }}"

    said = render_leniently(template, {"at": NOW - HOUR, "n": 12345.67}, FILTERS)

    assert said == "an hour ago, 12,345.7"


def test_no_template_changes_the_language() -> None:
    template = "{{ 'de_DE' | humanize_activate }}{{ 1234.5 | humanize_intcomma }}"

    assert render_leniently(template, {}, FILTERS) == "1,234.5"


@pytest.fixture
def _in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_in_berlin")
def test_times_are_as_long_ago_as_they_are_when_the_clock_changes() -> None:
    changed = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)

    said = humanized_at(changed)["humanize_naturaltime"](changed - HOUR)

    assert said == "an hour ago"


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
        "{{ 61 | humanize_precisedelta('hours', [], '%0999f') }}",
        "{{ 61 | humanize_precisedelta(minimum_unit='weeks') }}",
        "{{ 1.5 | humanize_intcomma('101') }}",
    ],
)
def test_no_filter_makes_a_long_text_of_a_number(template: str) -> None:
    with pytest.raises(RenderError):
        render_leniently(template, {}, FILTERS)
