"""Calls things at their times, all in one thread."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Thread
from time import monotonic


@dataclass(frozen=True, eq=False)
class Alarm:
    at: float  # by the monotonic clock
    call: Callable[[], None]  # it is quick, and raises nothing


class Alarms:
    """A timer for each would have a thread for each, and most are cancelled long before their time.

    The thread begins with the first alarm.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting: set[Alarm] = set()
        self._thread: Thread | None = None
        self._looks_at: float | None = None
        self._closed = False

    def set(self, at: float, call: Callable[[], None]) -> Alarm:
        alarm = Alarm(at, call)
        with self._changed:
            self._waiting.add(alarm)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="alarms", daemon=True)
                self._thread.start()
            elif self._looks_at is None or at < self._looks_at:
                self._changed.notify()
        return alarm

    def cancel(self, alarm: Alarm) -> None:
        """Do not call it, unless that has begun already."""
        with self._changed:
            self._waiting.discard(alarm)

    def close(self) -> None:
        """End the thread once nothing is waited for."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                now = monotonic()
                due = {alarm for alarm in self._waiting if alarm.at <= now}
                self._waiting -= due
                if not due:
                    if self._closed and not self._waiting:
                        self._thread = None
                        return
                    self._looks_at = min((alarm.at for alarm in self._waiting), default=None)
                    self._changed.wait(None if self._looks_at is None else self._looks_at - now)
            for alarm in due:
                alarm.call()
