"""What of the ledger a page shows, as its address says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from headwater.api.notifications import DeliveryFilter, Ids, Strings, Times
from headwater.api.pages import Wanted, parse_id
from headwater_panel_notifications.shown import STATES

WINDOWS: Mapping[str, tuple[str, timedelta]] = {
    "hour": ("Last hour", timedelta(hours=1)),
    "day": ("Last 24 hours", timedelta(days=1)),
    "week": ("Last 7 days", timedelta(days=7)),
    "month": ("Last 30 days", timedelta(days=30)),
}
FURTHEST = 10_000  # rows before a page


@dataclass(frozen=True)
class WantedDeliveries(Wanted):
    """*skip* is how many rows stand on the pages before."""

    states: tuple[str, ...] = ()
    channel: UUID | None = None
    policy: UUID | None = None
    run: UUID | None = None
    window: str = ""
    skip: int = 0

    def filter(self, now: datetime) -> DeliveryFilter:
        since = WINDOWS.get(self.window)
        return DeliveryFilter(
            state=Strings(any_=list(self.states)) if self.states else None,
            channel_id=_one(self.channel),
            policy_id=_one(self.policy),
            flow_run_id=_one(self.run),
            created=Times(after_=now - since[1]) if since else None,
        )

    def said(self) -> dict[str, Any]:
        return {
            "state": list(self.states),
            "channel": self.channel,
            "policy": self.policy,
            "run": self.run,
            "since": self.window,
            "skip": self.skip,
        }


def parse_wanted(query: MultiDict[str, str]) -> WantedDeliveries:
    """Read an address; what makes no sense there asks for nothing."""
    skip = query.get("skip", "")
    return WantedDeliveries(
        states=tuple(state for state in STATES if state in query.getlist("state")),
        channel=parse_id(query.get("channel")),
        policy=parse_id(query.get("policy")),
        run=parse_id(query.get("run")),
        window=query.get("since", "") if query.get("since") in WINDOWS else "",
        skip=min(int(skip[:9]), FURTHEST) if skip.isascii() and skip.isdigit() else 0,
    )


def _one(own_id: UUID | None) -> Ids | None:
    return Ids(any_=[own_id]) if own_id else None
