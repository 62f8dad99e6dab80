"""Until when the runs of a schedule may be begun."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from headwater.deployments.rules.lateness import Before, Lateness, take_after
from headwater.deployments.schemas.schedules import LateRuns

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOURLY: dict[str, Any] = {"interval": 3600.0, "anchor_date": "2026-01-01T00:00:00Z"}
DAILY: dict[str, Any] = {"cron": "0 3 * * *", "timezone": "UTC"}
LATEST, NONE = Lateness(LateRuns.LATEST), Lateness(LateRuns.NONE)


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("which", "at_most", "ends"),
    [
        (LateRuns.ALL, None, [None, None, None]),
        (LateRuns.ALL, 90, [90, 150, 210]),
        (LateRuns.LATEST, None, [60, 120, None]),
        (LateRuns.LATEST, 90, [60, 120, 210]),
        (LateRuns.LATEST, 30, [30, 90, 150]),
        (LateRuns.NONE, None, [1, 61, 121]),
        (LateRuns.NONE, 0.5, [0.5, 60.5, 120.5]),
    ],
)
def test_a_run_is_skipped_by_what_is_first(
    which: LateRuns, at_most: float | None, ends: list[float | None]
) -> None:
    lateness = Lateness(which, None if at_most is None else timedelta(minutes=at_most))

    found = lateness.ends([at(0), at(60), at(120)])

    assert found == [None if end is None else at(end) for end in ends]


def test_without_runs_nothing_ends() -> None:
    assert LATEST.ends([]) == []


@pytest.mark.parametrize(
    ("slug", "schedule", "alone", "kept"),
    [
        ("a", DAILY, False, LATEST),
        ("b", HOURLY, False, NONE),
        (None, HOURLY, False, LATEST),
        (None, HOURLY | {"anchor_date": "2026-05-05T00:00:00Z"}, True, LATEST),
        (None, DAILY, False, NONE),
        (None, DAILY | {"timezone": "Europe/Berlin"}, True, Lateness()),
        ("c", {"interval": 60.0}, False, Lateness()),
    ],
)
def test_a_new_schedule_takes_after_the_one_of_its_slug_else_of_its_times(
    slug: str | None, schedule: dict[str, Any], alone: bool, kept: Lateness
) -> None:
    before = [Before("a", HOURLY, LATEST), Before("b", DAILY, NONE)]

    assert take_after(slug, schedule, before, alone=alone) == kept


def test_the_only_one_takes_after_the_only_one() -> None:
    assert take_after("new", DAILY, [Before("old", HOURLY, NONE)], alone=True) == NONE
    assert take_after("new", DAILY, [Before("old", HOURLY, NONE)], alone=False) == Lateness()
    assert take_after(None, DAILY, [], alone=True) == Lateness()
