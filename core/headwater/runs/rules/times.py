"""What a run's own columns become as it enters a state, whoever decided that it may."""

from dataclasses import dataclass, replace
from datetime import datetime

from headwater.runs.schemas.states import State, StateType


@dataclass(frozen=True, slots=True)
class Times:
    """Counts and times of a run. *total_run_time* is in seconds."""

    run_count: int = 0
    expected_start_time: datetime | None = None
    next_scheduled_start_time: datetime | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    total_run_time: float = 0.0


def follow(times: Times, current: State | None, entered: State, *, starts: bool = True) -> Times:
    """Return what *times* become as the run goes from *current* to *entered*.

    *starts* is false for a run that goes on after a pause: that is no start of its own.
    """
    running = entered.type is StateType.RUNNING
    due = entered.details.scheduled_time if entered.type is StateType.SCHEDULED else None
    start = times.start_time or (entered.timestamp if running or entered.is_final else None)
    total = times.total_run_time
    if current is not None and current.type is StateType.RUNNING:
        total += (entered.timestamp - current.timestamp).total_seconds()
    return replace(
        times,
        run_count=times.run_count + (running and starts),
        expected_start_time=times.expected_start_time or due or entered.timestamp,
        next_scheduled_start_time=due,
        start_time=start,
        end_time=_end(times, current, entered),
        total_run_time=total,
    )


def _end(times: Times, current: State | None, entered: State) -> datetime | None:
    if not entered.is_final:
        return None
    return times.end_time if current is not None and current.is_final else entered.timestamp
