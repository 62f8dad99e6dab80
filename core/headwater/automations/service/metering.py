"""Reads from the event log what metric triggers measure."""

from collections.abc import Container
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from headwater.automations.rules.armed import Meter
from headwater.automations.rules.metrics import Entered, measure
from headwater.automations.rules.triggers import find_lacking
from headwater.automations.rules.windows import shift
from headwater.automations.schemas.triggers import MetricTrigger
from headwater.db.json import parse
from headwater.events.queries import unread
from headwater.events.schemas import RESOURCE_ID

LEAD = timedelta(days=1)  # how long before the time that is measured a run may have begun
TARDY = timedelta(minutes=2)  # how long after it occurred an event may be committed
MOST = 50_000  # states of a trigger's runs: of twice as many the older ones go


class Readings:
    """What one process has read: each event of a trigger's runs once, for as long as it matters.

    It is all in the log, so that who begins with nothing comes to the same.
    """

    def __init__(self) -> None:
        self._read: dict[UUID, _Reading] = {}

    def keep_only(self, triggers: Container[UUID]) -> None:
        self._read = {one: value for one, value in self._read.items() if one in triggers}

    def take(self, session: Session, meter: Meter, *, now: datetime) -> float | None:
        """Return the metric of a trigger now."""
        reading = self._read.setdefault(meter.trigger.id, _Reading(meter.trigger))
        reading.go_on(session, meter.automation.workspace, now)
        return measure(meter.trigger.metric, reading.entered.values(), now=now)


class _Reading:
    def __init__(self, trigger: MetricTrigger) -> None:
        self.entered: dict[UUID, Entered] = {}
        self._trigger = trigger
        self._until: datetime | None = None

    def go_on(self, session: Session, workspace: UUID, now: datetime) -> None:
        oldest = shift(now, -timedelta(seconds=self._trigger.metric.range) - LEAD)
        self.entered = {id_: one for id_, one in self.entered.items() if one.at > oldest}
        since = oldest if self._until is None else max(oldest, self._until - TARDY)
        for row in unread.scan_of_runs(session, workspace, since, now):
            if row.id not in self.entered:
                found = _read(self._trigger, row)
                if found is not None:
                    self.entered[row.id] = found
            if len(self.entered) > 2 * MOST:
                latest = sorted(self.entered.items(), key=lambda item: item[1].at)[-MOST:]
                self.entered = dict(latest)
        self._until = now


def _read(trigger: MetricTrigger, row: Row[Any]) -> Entered | None:
    """Return which state a run entered; None if the trigger does not mean it, or it is no state."""
    resource = parse(row.resource)
    state = resource.get("prefect.state-type")
    if state is None or find_lacking(trigger, resource, parse(row.related)) is not None:
        return None
    late = state == "SCHEDULED" and resource.get("prefect.state-name") == "Late"
    return Entered(resource[RESOURCE_ID], row.occurred, state, late)
