"""What a loop is: work that goes on beside the web processes."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

EXTENSION = "headwater-loops"  # where create_app keeps the loops of all domains


@dataclass(frozen=True, eq=False)
class Loop:
    """One piece of work of the services process, in a thread and within an app context.

    *tick* is told the time, does what is due, and returns when it wants to be called again: a
    time, a number of seconds, or None to be woken only. One of *topics* wakes it earlier, and it
    may be woken for nothing: a tick that finds nothing to do must write nothing. It must end within
    a few seconds (the server waits for it when it stops), and may raise: it is then called again.
    *rest* is the seconds after a tick in which news wait: under load they come with every commit.
    An *exclusive* loop ticks in one services process at a time, the one that holds its lease.
    *finish* is called at the stop, after the last tick, with the seconds that are left for what
    ticks have begun in threads of their own.
    """

    name: str
    topics: Collection[str]
    tick: Callable[[datetime], datetime | float | None]
    rest: float = 0.0
    exclusive: bool = True
    finish: Callable[[float], None] | None = None
