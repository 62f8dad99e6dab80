"""Metrics: what is measured, and when that fires. No database, no clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from headwater.automations.rules.metrics import EVERY, Entered, Gauge, look, measure
from headwater.automations.rules.windows import Fired
from headwater.automations.schemas.triggers import MetricQuery, MetricTrigger
from tests.automations.making import metric_trigger

Make = Callable[..., Any]
Settle = Callable[..., datetime | None]
Read = Callable[[], list[Any]]
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def run(name: str, *states: tuple[float, str]) -> list[Entered]:
    """Return states of a run, each so many seconds before now; LATE is a scheduled one."""
    return [
        Entered(
            name,
            NOW - timedelta(seconds=ago),
            "SCHEDULED" if state == "LATE" else state,
            state == "LATE",
        )
        for ago, state in states
    ]


def measured(name: str, *runs: list[Entered]) -> float | None:
    query = MetricQuery.model_validate({"name": name, "threshold": 1, "operator": "<"})
    return measure(query, [one for of_run in runs for one in of_run], now=NOW)


@pytest.mark.parametrize(
    ("name", "runs", "value"),
    [
        ("successes", [], None),
        ("successes", [run("a", (30, "PENDING"), (20, "RUNNING"), (10, "COMPLETED"))], 1.0),
        ("successes", [run("a", (30, "PENDING")), run("b", (30, "PENDING"), (9, "FAILED"))], 0.5),
        ("successes", [run("a", (30, "PENDING"), (20, "CRASHED"))], 0.0),
        ("successes", [run("a", (30, "PENDING"), (20, "FAILED"), (9, "SCHEDULED"))], 1.0),
        ("successes", [run("a", (300, "PENDING"), (20, "FAILED"))], None),
        ("successes", [run("a", (30, "RUNNING"), (20, "FAILED"))], None),
        ("successes", [run("a", (30, "PENDING"), (-1, "FAILED"))], 1.0),
        ("duration", [run("a", (50, "RUNNING"), (10, "COMPLETED"))], 40.0),
        ("duration", [run("a", (9000, "RUNNING"), (10, "FAILED"))], 8990.0),
        ("duration", [run("a", (9000, "RUNNING"), (300, "COMPLETED"))], None),
        ("duration", [run("a", (50, "RUNNING"))], None),
        ("duration", [run("a", (50, "RUNNING"), (40, "CANCELLING"), (30, "CANCELLED"))], 20.0),
        ("duration", [run("a", (50, "PENDING"), (30, "CRASHED"))], None),
        (
            "duration",
            [run("a", (90, "RUNNING"), (80, "PAUSED"), (50, "RUNNING"), (40, "COMPLETED"))],
            10.0,
        ),
        (
            "duration",
            [
                run("a", (50, "RUNNING"), (40, "COMPLETED")),
                run("b", (50, "RUNNING"), (20, "CRASHED")),
            ],
            20.0,
        ),
        (
            "lateness",
            [run("a", (90, "LATE"), (80, "LATE"), (60, "PENDING"), (30, "RUNNING"))],
            60.0,
        ),
        ("lateness", [run("a", (90, "LATE"), (40, "CRASHED"))], 50.0),
        ("lateness", [run("a", (90, "LATE"))], None),
        ("lateness", [run("a", (90, "SCHEDULED"), (40, "RUNNING"))], None),
        ("lateness", [run("a", (90, "LATE"), (40, "SCHEDULED"), (30, "RUNNING"))], None),
        ("lateness", [run("a", (90, "LATE"), (40, "CANCELLED"))], None),
    ],
)
def test_a_metric_is_of_what_runs_went_through(
    name: str, runs: list[list[Entered]], value: float | None
) -> None:
    assert measured(name, *reversed(runs)) == value


def gauges(*looks: tuple[float, float | None], operator: str = "<") -> list[float | None]:
    """Return what fires, by looks at so many seconds that find some value."""
    known = MetricTrigger.model_validate(metric_trigger(operator=operator))
    gauge, found = Gauge(NOW), []
    for seconds, value in looks:
        gauge, fired = look(known, gauge, value, now=NOW + timedelta(seconds=seconds))
        found.append(None if fired is None or fired.resolved else fired.value)
    return found


def steadily(value: float | None, start: int, end: int) -> list[tuple[float, float | None]]:
    return [(second, value) for second in range(start, end, 30)]


def test_it_fires_once_a_comparison_held_for_long_enough() -> None:
    found = gauges(*steadily(0.2, 0, 1200))

    assert found == [None] * 10 + [0.2] + [None] * 29


@pytest.mark.parametrize("value", [None, 0.5, 0.9])
def test_what_breaks_a_comparison_lets_it_begin_anew(value: float | None) -> None:
    looks = [*steadily(0.2, 0, 300), (300, value), *steadily(0.2, 330, 630)]

    assert set(gauges(*looks)) == {None}
    assert gauges(*looks, (630, 0.1))[-1] == 0.1


def test_it_fires_again_after_the_comparison_did_not_hold() -> None:
    found = gauges(*steadily(0.2, 0, 600), (600, 0.8), *steadily(0.1, 630, 960))

    assert [one for one in found if one is not None] == [0.2, 0.1]


@pytest.mark.parametrize("value", [None, 0.5, 0.9])
def test_what_fired_is_resolved_once_when_the_comparison_holds_no_more(value: float | None) -> None:
    known = MetricTrigger.model_validate(metric_trigger())

    gauge, over = look(known, Gauge(NOW, NOW, fired=True), value, now=NOW)
    later, nothing = look(known, gauge, value, now=NOW + EVERY)

    assert over == Fired(known.id, NOW, {}, None, value=value, resolved=True)
    assert nothing is None
    assert later == Gauge(NOW + 2 * EVERY)


def test_what_nobody_looked_at_for_minutes_is_not_said_to_have_held() -> None:
    assert gauges((0, 0.2), (301, 0.2)) == [None, None]
    assert gauges((0, 0.2), (150, 0.2), (300, 0.2)) == [None, None, 0.2]


@pytest.mark.parametrize(
    ("operator", "fire"),
    [("<", [0.4]), ("<=", [0.4, 0.5]), (">", [0.6]), (">=", [0.5, 0.6])],
)
def test_a_metric_is_compared_as_is_asked(operator: str, fire: list[float]) -> None:
    fired = [
        value
        for value in (0.4, 0.5, 0.6)
        if gauges(*steadily(value, 0, 330), operator=operator)[-1] is not None
    ]

    assert fired == fire


def test_a_look_comes_when_the_time_is_over() -> None:
    known = MetricTrigger.model_validate(metric_trigger())

    first, _ = look(known, Gauge(NOW), 0.2, now=NOW)
    late = NOW + timedelta(seconds=290)
    last, _ = look(known, Gauge(late, NOW), 0.2, now=late)

    assert first == Gauge(NOW + EVERY, NOW)
    assert last == Gauge(NOW + timedelta(seconds=300), NOW)
