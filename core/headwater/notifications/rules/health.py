"""How well a channel does: what its tries say of it, when it rests, and when it is given up on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from headwater.errors import DeliveryError

# The breaker: so many of the latest tries in a row of time failed that the rest had better wait.
WINDOW = timedelta(minutes=5)
FEWEST_TRIES = 5
OPENING_SHARE = 0.7
MOST_KEPT = 40  # of the window's tries, the latest
FIRST_REST, LONGEST_REST = 30.0, 600.0  # seconds; each rest is twice the one before

# Given up on: what is gone says so at once, who is refused may be let in again within the hour.
DENIALS = frozenset({401, 403, 404})
GONE = 410
FEWEST_DENIALS, DENIED_FOR = 3, timedelta(hours=1)
FEWEST_FAILURES, FAILED_FOR = 20, timedelta(days=5)

TELL_AFTER = 3  # failures in a row are worth telling people
TELL_AGAIN = timedelta(hours=1)  # of a channel that comes and goes


class HealthState(StrEnum):
    HEALTHY = "healthy"
    DEGRADED = "degraded"  # the latest try failed
    PAUSED = "paused"  # by the breaker
    DISABLED = "disabled"  # by the server, for a reason
    OFF = "off"  # by a person


class Change(StrEnum):
    """What people are told of."""

    DEGRADED = "degraded"
    DISABLED = "disabled"
    RECOVERED = "recovered"


@dataclass(frozen=True)
class Health:
    """What is known of a channel. *recent* has the seconds of the epoch and whether it failed, of
    each try in the window; *told* is what people were told last, if it is not over."""

    last_success: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0  # in a row
    denied: int = 0  # of them, those by who does not let us in
    denied_since: datetime | None = None
    reason: str | None = None  # of the latest failure
    recent: Sequence[tuple[float, bool]] = ()
    opens: int = 0
    open_until: datetime | None = None
    disabled: datetime | None = None
    off: datetime | None = None
    told: Change | None = None
    told_at: datetime | None = None

    @property
    def state(self) -> HealthState:
        if self.off:
            return HealthState.OFF
        if self.disabled:
            return HealthState.DISABLED
        if self.open_until:
            return HealthState.PAUSED
        return HealthState.DEGRADED if self.failing_since else HealthState.HEALTHY

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong, and nobody was told that anything is."""
        return self.state is HealthState.HEALTHY and self.told is None

    @property
    def closed_to_all(self) -> str | None:
        """Why nothing at all goes over the channel; None: it may be tried."""
        if self.off:
            return f"the channel is off: {self.reason}" if self.reason else "the channel is off"
        return f"the channel is disabled: {self.reason}" if self.disabled else None

    def is_disabled_before(self, resent: datetime | None) -> bool:
        """Say if a person had something sent again though the server had disabled the channel."""
        return bool(self.disabled and not self.off and resent and resent >= self.disabled)

    def tries_one(self, now: datetime) -> bool:
        """Say if the breaker's rest is over, so that one try decides whether more follow."""
        return self.open_until is not None and self.open_until <= now


def after_success(health: Health, now: datetime) -> tuple[Health, Change | None]:
    """Return what a try that got through makes of *health*, and what to tell of it."""
    if health.closed_to_all:
        return replace(health, last_success=now), None  # it had begun before
    if health.open_until is not None and not health.tries_one(now):
        kept = replace(health, last_success=now, recent=_add(health.recent, now, failed=False))
        return kept, None
    # What failed before the rest says nothing of what comes after it.
    recent = () if health.open_until else _add(health.recent, now, failed=False)
    change = Change.RECOVERED if health.told else None
    return Health(last_success=now, recent=recent, told_at=health.told_at), change


def after_failure(
    health: Health, error: DeliveryError, status: int | None, now: datetime
) -> tuple[Health, Change | None]:
    """Return what a try that failed makes of *health*, and what to tell of it.

    What was too much says nothing of the channel, and what is final nothing to the breaker: the
    service works, but for that message.
    """
    if error.limited or health.closed_to_all:
        return health, None
    health = _count(health, error, status, now)
    if error.permanent:
        if health.tries_one(now):
            health = replace(health, open_until=None, opens=0, recent=())
    else:
        health = _break(health, now)
    if health.disabled is None and _is_hopeless(health, error, status, now):
        health = replace(health, disabled=now, open_until=None, opens=0)
        return replace(health, told=Change.DISABLED, told_at=now), Change.DISABLED
    ill = health.open_until is not None or health.failures >= TELL_AFTER
    rested = health.told_at is None or now - health.told_at >= TELL_AGAIN
    if ill and health.told is None and rested:
        return replace(health, told=Change.DEGRADED, told_at=now), Change.DEGRADED
    return health, None


def after_test(health: Health, now: datetime) -> tuple[Health, Change | None]:
    """Return what a test message that got through makes of *health*: what a person turned off
    stays so, all else is forgotten."""
    if health.off:
        return replace(health, last_success=now), None
    return after_success(replace(health, disabled=None, open_until=now), now)


def turned_off(health: Health, reason: str | None, now: datetime) -> Health:
    """Return *health* once a person wants nothing more over the channel."""
    return replace(health, off=now, reason=reason, open_until=None, opens=0, recent=())


def turned_on(health: Health) -> Health:
    """Return *health* once a person wants the channel tried again. What people were told of is not
    over before something got through."""
    told = Change.DEGRADED if health.told else None
    return Health(last_success=health.last_success, told=told, told_at=health.told_at)


def _count(health: Health, error: DeliveryError, status: int | None, now: datetime) -> Health:
    denied = error.permanent and status in DENIALS
    return replace(
        health,
        failing_since=health.failing_since or now,
        failures=health.failures + 1,
        denied=health.denied + denied,
        denied_since=health.denied_since or (now if denied else None),
        reason=str(error),
    )


def _break(health: Health, now: datetime) -> Health:
    if health.tries_one(now):
        rest = min(FIRST_REST * 2 ** min(health.opens, 10), LONGEST_REST)
        return replace(
            health, opens=health.opens + 1, open_until=now + timedelta(seconds=rest), recent=()
        )
    recent = _add(health.recent, now, failed=True)
    if health.open_until is None and _is_bad(recent):
        rest = FIRST_REST
        return replace(health, recent=recent, opens=1, open_until=now + timedelta(seconds=rest))
    return replace(health, recent=recent)


def _add(
    recent: Sequence[tuple[float, bool]], now: datetime, *, failed: bool
) -> tuple[tuple[float, bool], ...]:
    since = (now - WINDOW).timestamp()
    kept = (*(one for one in recent if one[0] > since), (now.timestamp(), failed))[-MOST_KEPT:]
    return kept if any(one[1] for one in kept) else ()  # nothing to keep of what only goes well


def _is_bad(recent: Sequence[tuple[float, bool]]) -> bool:
    failed = sum(failed for _, failed in recent)
    return len(recent) >= FEWEST_TRIES and failed >= OPENING_SHARE * len(recent)


def _is_hopeless(health: Health, error: DeliveryError, status: int | None, now: datetime) -> bool:
    if error.gone or (error.permanent and status == GONE):
        return True
    denied = health.denied_since is not None and now - health.denied_since >= DENIED_FOR
    if denied and health.denied >= FEWEST_DENIALS:
        return True
    failed = health.failing_since is not None and now - health.failing_since >= FAILED_FOR
    return failed and health.failures >= FEWEST_FAILURES
