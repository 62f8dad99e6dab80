"""What goes on beside the requests: late and silent runs, pauses that end, slots and the like."""

from headwater.loops.loop import Loop
from headwater.runs.loop import cancellations, counts, late, pauses, retention, silent, slots
from headwater.settings import Settings

__all__ = ["make_loops"]


def make_loops(settings: Settings) -> list[Loop]:
    return [
        late.make_loop(settings),
        *silent.make_loops(settings),
        pauses.make_loop(),
        cancellations.make_loop(),
        retention.make_loop(settings),
        slots.make_loop(),
        counts.make_loop(),
    ]
