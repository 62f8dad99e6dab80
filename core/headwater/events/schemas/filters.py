"""What is asked of the event log, in the clients' own words."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field

from headwater.criteria import Few, Pattern, Some
from headwater.shapes import Shape
from headwater.texts import ChosenString, Moment

LIMIT = 50  # events of a page
LONGEST_QUERY = 200  # characters
REMEMBERED = timedelta(days=180)  # how far back is looked where nothing is said
# Of each label the values that it may have: `*` and `?` stand for others, `!` says that it is not.
LabelPatterns = Annotated[dict[ChosenString, Pattern | Few[Pattern]], Field(max_length=50)]


class Asked(Shape):
    model_config = ConfigDict(extra="forbid", frozen=True)


One = TypeVar("One", bound=Asked)


class Occurred(Asked):
    """Both ends belong to it."""

    model_config = ConfigDict(title="EventOccurredFilter")

    since: Moment | None = None
    until: Moment | None = None


class Period(Occurred):
    since: Moment
    until: Moment


class EventNames(Asked):
    model_config = ConfigDict(title="EventNameFilter")

    prefix: Few[ChosenString] | None = None
    exclude_prefix: Few[ChosenString] | None = None
    name: Few[ChosenString] | None = None
    exclude_name: Few[ChosenString] | None = None


class AnyResource(Asked):
    """Of the resource that an event is about, and of those related to it."""

    model_config = ConfigDict(title="EventAnyResourceFilter")

    id: Few[ChosenString] | None = None
    id_prefix: Few[ChosenString] | None = None
    labels: LabelPatterns | None = None


class PrimaryResource(AnyResource):
    """*distinct* leaves one event of each resource, the first in order."""

    model_config = ConfigDict(title="EventResourceFilter")

    distinct: bool = False


class RelatedResource(Asked):
    """All of it of one related resource."""

    model_config = ConfigDict(title="EventRelatedFilter")

    id: Few[ChosenString] | None = None
    role: Few[ChosenString] | None = None
    resources_in_roles: Few[tuple[ChosenString, ChosenString]] | None = None
    labels: LabelPatterns | None = None


class EventIds(Asked):
    model_config = ConfigDict(title="EventIDFilter")

    id: Some[UUID] | None = None


class EventText(Asked):
    """Words, of which one is in the event; `-word` is not in it, `+word` is, "as a phrase"."""

    model_config = ConfigDict(title="EventTextFilter")

    query: Annotated[ChosenString, Field(max_length=LONGEST_QUERY)]


class EventOrder(StrEnum):
    ASC = "ASC"
    DESC = "DESC"


Related = RelatedResource | Annotated[list[RelatedResource], Field(max_length=20)]
AnyOf = AnyResource | Annotated[list[AnyResource], Field(max_length=20)]


class EventFilter(Asked):
    """All of it. What is null, or an empty list, asks for nothing."""

    occurred: Occurred = Occurred()
    event: EventNames | None = None
    resource: PrimaryResource | None = None
    related: Related | None = None
    any_resource: AnyOf | None = None
    id: EventIds = EventIds()
    text: EventText | None = None
    order: EventOrder = EventOrder.DESC

    @property
    def relations(self) -> list[RelatedResource]:
        """Each of them is to be met by a related resource."""
        return _asking(self.related)

    @property
    def any_resources(self) -> list[AnyResource]:
        """Each of them is to be met by a resource, whether related or not."""
        return _asking(self.any_resource)

    def at(self, now: datetime) -> "ResolvedFilter":
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        since = self.occurred.since or midnight - REMEMBERED
        until = self.occurred.until or now
        asked = dict(self) | {"occurred": Period(since=since, until=until)}
        return ResolvedFilter.model_construct(**asked)


class ResolvedFilter(EventFilter):
    """A filter of which the time has both ends."""

    occurred: Period


def _asking(wanted: One | list[One] | None) -> list[One]:
    """Return those that ask for anything."""
    found = wanted if isinstance(wanted, list) else [wanted]
    return [one for one in found if one is not None and any(value for _, value in one)]


class EventsWanted(Shape):
    model_config = ConfigDict(extra="ignore", frozen=True)

    filter: EventFilter | None = None
    limit: Annotated[int, Field(ge=0, le=LIMIT)] | None = None


class NextPage(Shape):
    model_config = ConfigDict(frozen=True)

    page_token: Annotated[str, Field(alias="page-token")]


class PageToken(Shape):
    """Where the next page begins, and what was found out for the first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    filter: ResolvedFilter
    count: Annotated[int, Field(ge=0, lt=2**63)]
    page_size: Annotated[int, Field(ge=0, le=LIMIT)]
    offset: Annotated[int, Field(ge=0, lt=2**63)]


class Countable(StrEnum):
    DAY = "day"
    TIME = "time"
    EVENT = "event"
    RESOURCE = "resource"


class TimeUnit(StrEnum):
    WEEK = "week"
    DAY = "day"
    HOUR = "hour"
    MINUTE = "minute"
    SECOND = "second"


class CountsWanted(Shape):
    model_config = ConfigDict(extra="ignore", frozen=True)

    filter: EventFilter
    time_unit: TimeUnit = TimeUnit.DAY
    time_interval: Annotated[float, Field(ge=0.01, le=1e6, allow_inf_nan=False)] = 1.0


class ReceivedEvent(Shape):
    occurred: AwareDatetime
    event: str
    resource: dict[str, str]
    related: list[dict[str, str]]
    payload: dict[str, Any]
    id: UUID
    follows: UUID | None
    received: AwareDatetime


class EventPage(Shape):
    events: list[ReceivedEvent]
    total: int
    next_page: str | None


class EventCount(Shape):
    value: str
    label: str
    count: int
    start_time: AwareDatetime
    end_time: AwareDatetime
