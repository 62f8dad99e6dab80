from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from headwater.runs.rules.times import Times, follow
from headwater.runs.schemas.states import NAMES, State, StateDetails, StateType

START = datetime(2026, 1, 1, tzinfo=UTC)
steps = st.lists(st.tuples(st.sampled_from(StateType), st.floats(0.001, 1000)), max_size=30)


def state(kind: StateType, at: datetime, due: datetime | None = None) -> State:
    details = StateDetails(scheduled_time=due)
    return State(uuid4(), kind, NAMES[kind], at, details=details)


def test_an_ordinary_run_keeps_its_times() -> None:
    due, at = START + timedelta(hours=1), [START + timedelta(minutes=n) for n in range(4)]
    scheduled = state(StateType.SCHEDULED, at[0], due)
    running, done = state(StateType.RUNNING, at[1]), state(StateType.COMPLETED, at[3])

    first = follow(Times(), None, scheduled)
    second = follow(first, scheduled, running)
    third = follow(second, running, done)

    assert (first.expected_start_time, first.next_scheduled_start_time) == (due, due)
    assert (second.run_count, second.start_time, second.next_scheduled_start_time) == (
        1,
        at[1],
        None,
    )
    assert third == Times(1, due, None, at[1], at[3], 120.0)


def test_a_run_that_goes_on_after_a_pause_has_not_started_anew() -> None:
    paused, running = state(StateType.PAUSED, START), state(StateType.RUNNING, START)

    assert follow(Times(run_count=1), paused, running, starts=False).run_count == 1


def test_a_run_that_ends_before_it_starts_starts_as_it_ends() -> None:
    times = follow(Times(), None, state(StateType.CRASHED, START))

    assert times.start_time == times.end_time == START


@given(steps)
def test_times_agree_with_each_other_whatever_states_a_run_goes_through(
    walk: list[tuple[StateType, float]],
) -> None:
    times, current, at = Times(), None, START
    running = 0.0
    for kind, seconds in walk:
        if current is not None and current.type is StateType.RUNNING:
            running += seconds
        at += timedelta(seconds=seconds)
        entered = state(kind, at, at if kind is StateType.SCHEDULED else None)
        times, current = follow(times, current, entered), entered
        assert (times.end_time is not None) == entered.is_final
        assert (times.next_scheduled_start_time is not None) == (kind is StateType.SCHEDULED)
        assert times.expected_start_time is not None
        if times.start_time and times.end_time:
            assert times.start_time <= times.end_time
    assert times.run_count == sum(kind is StateType.RUNNING for kind, _ in walk)
    assert abs(times.total_run_time - running) < 0.01
