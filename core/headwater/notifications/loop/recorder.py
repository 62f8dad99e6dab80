"""Keeps how tries ended, in as few transactions as will do."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from sqlalchemy.orm import Session

from headwater.db.session import write
from headwater.errors import UnavailableError
from headwater.notifications.rules.rates import Meter
from headwater.notifications.service import health, results
from headwater.notifications.service.health import Operators
from headwater.notifications.service.results import Ended


@dataclass(eq=False)
class _Result:
    ended: Ended
    meter: Meter | None
    is_over: bool = False
    error: Exception | None = None


class Recorder:
    """Of many threads. Who comes while something is being kept is kept next, along with all others
    who came meanwhile. What cannot be kept keeps none of them from it."""

    def __init__(self, operators: Operators) -> None:
        self._operators = operators
        self._mutex, self._turn = Lock(), Lock()
        self._waiting: list[_Result] = []

    def keep(self, ended: Ended, meter: Meter | None) -> None:
        """Return once it is committed, or raise what kept it from that.

        *meter* is None where the channel was not opened.
        """
        result = _Result(ended, meter)
        with self._mutex:
            self._waiting.append(result)
        with self._turn:
            if not result.is_over:
                with self._mutex:
                    several, self._waiting = self._waiting, []
                self._keep_all(several)
        if result.error is not None:
            raise result.error

    def _keep_all(self, several: Sequence[_Result]) -> None:
        try:
            write(lambda session: self._record(session, several))
        except Exception as error:  # noqa: BLE001  # it is raised where each waits
            if len(several) == 1 or isinstance(error, UnavailableError):
                for result in several:
                    result.error = error
            else:
                for result in several:
                    self._keep_all([result])
        for result in several:
            result.is_over = True

    def _record(self, session: Session, several: Sequence[_Result]) -> None:
        # Sorted, so that two processes which lock several channels do so in one order.
        ordered = sorted(several, key=lambda r: (r.ended.job.channel_id, r.ended.job.delivery_id))
        results.record(session, [result.ended for result in ordered])
        for result in ordered:
            health.note(session, result.ended, result.meter, self._operators)
