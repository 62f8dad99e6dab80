"""Bars, intervals and lines as numbers, before they are an SVG."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from headwater.api.pages import HIGH, WIDE
from headwater_panel_runs.bars import draw_runs, draw_stacks
from headwater_panel_runs.gantt import TICKS, Scale, draw_each, draw_groups, ticks_of

START = datetime(2026, 1, 1, 10, 7, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    id: int
    start_time: datetime
    end_time: datetime | None
    state_type: str = "COMPLETED"
    state_name: str = "Completed"
    name: str = "extract-0"
    task_key: str = "extract-1"
    subflow_run_id: Any = None
    subflow_run_name: str | None = None

    def _asdict(self) -> dict[str, Any]:
        return {}


def row(number, begin, end=None, **more):
    ended = None if end is None else START + timedelta(seconds=end)
    return Row(number, START + timedelta(seconds=begin), ended, **more)


def scale(seconds):
    return Scale(START, START + timedelta(seconds=seconds))


def test_stacks_stand_on_the_ground_and_the_highest_reaches_the_top():
    low, high = draw_stacks(
        [{"FAILED": 1}, {"COMPLETED": 3, "FAILED": 1}], START, timedelta(hours=1)
    )

    assert [part.state for part in high.parts] == ["COMPLETED", "FAILED"]
    assert (high.parts[0].y, high.parts[1].y) == (HIGH / 4, 0)
    assert low.parts[0].y + low.parts[0].height == HIGH
    assert (low.runs, high.runs, high.x) == (1, 4, WIDE)
    assert high.begin == low.end


def test_bars_of_runs_stand_at_the_right_end_as_high_as_they_were_long():
    long, short, waiting = draw_runs([4.0, 1.0, None], 10)

    assert (long.height, short.height) == (HIGH, HIGH / 4)
    assert [one.x for one in (long, short, waiting)] == [7 * WIDE, 8 * WIDE, 9 * WIDE]
    assert waiting.is_open


def test_runs_that_took_no_time_can_be_seen():
    assert all(bar.height > 0 for bar in draw_runs([0.0, 0.0], 2))
    assert draw_runs([], 5) == []


def test_lines_stand_where_their_run_ran():
    drawn = draw_each([row(1, 0, 5), row(2, 5, 10)], scale(10))

    assert [(line.x, line.width) for line in drawn.lines] == [(0, 50), (50, 50)]
    assert drawn.lines[1].begin == 5


def test_what_still_runs_reaches_to_the_end():
    (line,) = draw_each([row(1, 5, state_type="RUNNING")], scale(10)).lines

    assert (line.x, line.width, line.is_open, line.seconds) == (50, 50, True, 5)


def test_what_took_no_time_can_be_seen_and_stays_within():
    (line,) = draw_each([row(1, 10, 10)], scale(10)).lines

    assert line.width > 0
    assert line.x + line.width <= 100


def test_a_row_of_many_shows_what_went_wrong_with_any():
    rows = [row(number, number, number + 1) for number in range(9)]
    rows.append(row(9, 9, 10, state_type="FAILED", state_name="Failed"))

    (line,) = draw_groups(rows, scale(10)).lines

    assert (line.state_type, line.runs, line.name) == ("FAILED", 10, "extract")
    assert line.states == (("COMPLETED", 9), ("FAILED", 1))
    assert (line.x, line.width) == (0, 100)


@given(st.floats(0.001, 10**9))
def test_ticks_are_few_round_and_within(seconds):
    ticks = ticks_of(scale(seconds))

    assert 1 <= len(ticks) <= TICKS + 1
    assert ticks[0].x == 0
    assert all(0 <= tick.x <= 94 for tick in ticks)
