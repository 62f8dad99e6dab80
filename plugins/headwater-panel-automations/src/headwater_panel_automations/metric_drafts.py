"""The metric of the form's trigger: what was filled in, and the query that it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from werkzeug.datastructures import MultiDict

from headwater.api.pages import read_length, say_length, write_length
from headwater_panel_automations.sentences import OPERATORS

SHARE = "successes"
# By the value in the form, which is the wire's: what is measured.
METRICS = {
    SHARE: "The share of runs that succeeded",
    "duration": "How long runs took, on average",
    "lateness": "How late runs were, on average",
}
SHORTEST, LONGEST = 300, 31 * 86400  # seconds that a metric is measured over, or has to hold


@dataclass(frozen=True)
class MetricDraft:
    """What the form holds: *threshold* is a percentage of successes, else a length of time."""

    name: str = SHARE
    operator: str = "<"
    threshold: str = ""
    over: str = "1h"  # is measured
    holds: str = "5m"  # before the trigger fires

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> Self:
        name, operator = form.get("metric_name", ""), form.get("metric_operator", "")
        return cls(
            name=name if name in METRICS else SHARE,
            operator=operator if operator in OPERATORS else "<",
            threshold=form.get("metric_threshold", "").strip(),
            over=form.get("metric_range", "").strip(),
            holds=form.get("metric_for", "").strip(),
        )

    @classmethod
    def of(cls, metric: Mapping[str, Any]) -> Self:
        """Return what a query is in the form."""
        threshold = metric["threshold"]
        return cls(
            name=metric["name"],
            operator=metric["operator"],
            threshold=_write_share(threshold)
            if metric["name"] == SHARE
            else write_length(threshold),
            over=write_length(metric["range"]),
            holds=write_length(metric["firing_for"]),
        )

    def body(self) -> dict[str, Any]:
        """Return the query as its schema takes it; what is none is as where nothing is said."""
        return {
            "name": self.name,
            "operator": self.operator,
            "threshold": self._threshold() or 0.0,
            "range": read_length(self.over) or SHORTEST,
            "firing_for": read_length(self.holds) or SHORTEST,
        }

    def find_faults(self) -> dict[str, str]:
        """Return what is wrong by field."""
        found = {}
        if self._threshold() is None:
            found["metric_threshold"] = (
                "Give a percentage from 0 to 100, such as 90%."
                if self.name == SHARE
                else "Give a length of time: 30s, 5m, 4h or 1d."
            )
        for name, typed in (("metric_range", self.over), ("metric_for", self.holds)):
            length = read_length(typed)
            if length is None or not SHORTEST <= length <= LONGEST:
                limits = f"{say_length(SHORTEST)} to {say_length(LONGEST)}"
                found[name] = f"Give a length of time from {limits}, such as 1h."
        return found

    def _threshold(self) -> float | None:
        return _read_share(self.threshold) if self.name == SHARE else read_length(self.threshold)


def _read_share(typed: str) -> float | None:
    """Return the share that a percentage says, None for what is none from 0 to 100."""
    try:
        percent = Decimal(typed.removesuffix("%").strip())
    except InvalidOperation:
        return None
    return float(percent / 100) if percent.is_finite() and 0 <= percent <= 100 else None


def _write_share(share: float) -> str:
    return f"{(Decimal(repr(share)) * 100).normalize():f}%"
