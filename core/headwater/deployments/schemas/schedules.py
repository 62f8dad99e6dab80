"""Schedules on the wire. A value tells by its key which of the three kinds it is."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AwareDatetime,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    field_validator,
    model_validator,
)

from headwater.recurrence.crons import Cron
from headwater.recurrence.intervals import Interval
from headwater.recurrence.rrules import RRule
from headwater.shapes import LATE, Shape
from headwater.texts import ChosenJson, ChosenKey, ChosenString, Whole

MOST_SCHEDULED_RUNS = 50


class IntervalSchedule(Shape):
    """Due every *interval* seconds, counted from *anchor_date*."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_timedelta="float")

    interval: timedelta
    anchor_date: datetime | None = None
    timezone: ChosenString | None = None

    @field_validator("anchor_date")
    @classmethod
    def take_naive_as_utc(cls, value: datetime | None) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value

    @model_validator(mode="after")
    def check(self) -> Self:
        # Where it is to begin without an anchor, is told when it is kept.
        self.recurrence(datetime(2020, 1, 1, tzinfo=UTC)).check()
        return self

    def recurrence(self, now: datetime) -> Interval:
        return Interval(self.interval, self.anchor_date or now, self.timezone)

    def kept(self, now: datetime) -> dict[str, Any]:
        """Return it as it is kept and shown: with an anchor and a zone."""
        whole = {"anchor_date": self.anchor_date or now, "timezone": self.timezone or "UTC"}
        return self.model_copy(update=whole).model_dump(mode="json")


class CronSchedule(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    cron: ChosenString
    timezone: ChosenString | None = None
    day_or: bool = True

    @model_validator(mode="after")
    def check(self) -> Self:
        self.recurrence(None).check()
        return self

    def recurrence(self, _now: datetime | None) -> Cron:
        return Cron(self.cron, self.timezone, self.day_or)

    def kept(self, _now: datetime) -> dict[str, Any]:
        return self.model_dump(mode="json")


class RRuleSchedule(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rrule: ChosenString
    timezone: ChosenString | None = "UTC"

    @model_validator(mode="after")
    def check(self) -> Self:
        self.recurrence(None).check()
        return self

    def recurrence(self, _now: datetime | None) -> RRule:
        return RRule(self.rrule, self.timezone)

    def kept(self, now: datetime) -> dict[str, Any]:
        anchored = RRule(self.rrule, self.timezone).anchored(now)
        return self.model_copy(update={"rrule": anchored}).model_dump(mode="json")


KINDS = {"cron": CronSchedule, "rrule": RRuleSchedule, "interval": IntervalSchedule}


def _kind(value: Any) -> str:
    keys = value if isinstance(value, dict) else getattr(type(value), "model_fields", ())
    return next((kind for kind in KINDS if kind in keys), "interval")


Schedule = Annotated[
    Annotated[IntervalSchedule, Tag("interval")]
    | Annotated[CronSchedule, Tag("cron")]
    | Annotated[RRuleSchedule, Tag("rrule")],
    Discriminator(_kind),
]
SCHEDULE: TypeAdapter[Schedule] = TypeAdapter(Schedule, config=LATE)
Most = Annotated[int, Field(gt=0, le=MOST_SCHEDULED_RUNS)]


class LateRuns(StrEnum):
    """Which runs that nobody began in time are begun later: all, those of which the next is not due
    either, or none."""

    ALL = "all"
    LATEST = "latest"
    NONE = "none"


class _Options(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)

    max_scheduled_runs: Most | None = None
    # 2.20's; both are kept and shown, and neither does anything there or here.
    max_active_runs: Whole | None = None
    catchup: bool | None = None
    parameters: ChosenJson = {}
    slug: ChosenKey | None = None
    replaces: ChosenKey | None = None
    # Ours, which the clients do not know: so they neither send nor are shown them.
    late_runs: LateRuns | None = None
    late_runs_max_seconds: Annotated[float, Field(gt=0, le=10**9, allow_inf_nan=False)] | None = (
        None
    )


class DeploymentScheduleCreate(_Options):
    schedule: Schedule
    active: bool = True


class DeploymentScheduleUpdate(_Options):
    """What is absent or null stays, but for the parameters, which are emptied, and
    late_runs_max_seconds: with null there is none any more."""

    schedule: Schedule | None = None
    active: bool | None = None


NewSchedules = Annotated[list[DeploymentScheduleCreate], Field(max_length=1000)]
SCHEDULES: TypeAdapter[list[DeploymentScheduleCreate]] = TypeAdapter(NewSchedules, config=LATE)


class KeptInterval(Shape):
    model_config = ConfigDict(title="IntervalSchedule-Output")

    interval: float
    anchor_date: AwareDatetime
    timezone: str


class KeptCron(Shape):
    model_config = ConfigDict(title="CronSchedule-Output")

    cron: str
    timezone: str | None
    day_or: bool


class KeptRRule(Shape):
    model_config = ConfigDict(title="RRuleSchedule-Output")

    rrule: str
    timezone: str | None


KeptSchedule = KeptInterval | KeptCron | KeptRRule


class _Kept(Shape):
    id: UUID
    created: AwareDatetime
    updated: AwareDatetime
    deployment_id: UUID
    schedule: KeptSchedule
    active: bool
    max_scheduled_runs: int | None


class DeploymentSchedule(_Kept):
    """A schedule as it is kept."""

    parameters: dict[str, Any]
    slug: str | None


class OwnDeploymentSchedule(DeploymentSchedule):
    """A schedule as it is shown to who is no client: with what those do not know."""

    late_runs: LateRuns
    late_runs_max_seconds: float | None


class OldDeploymentSchedule(_Kept):
    """A schedule as 2.x knows it."""

    max_active_runs: int | None
    catchup: bool
