"""What an event does to a trigger, and what it does that none came: the windows of time in which
events are counted.

All by the times at which events occurred, so that the same events fire the same, however late or
crosswise they come.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from headwater.automations.rules.triggers import list_labels
from headwater.automations.schemas.triggers import EventTrigger

LOOKBACK = timedelta(minutes=15)  # how late an event may come
GRACE = timedelta(seconds=2)  # how late one that was waited for may come, just in time
EXPECTED = timedelta(minutes=30)  # how long one that came before what it was to follow is known
SILENCE = timedelta(days=1)  # after which a key of which nothing is heard is forgotten
MOST_EXPECTED = 1000  # of a key, the latest ones
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Fired:
    """That a trigger fired, *at* the time of what made it; *event* is the last one that counted."""

    trigger: UUID
    at: datetime
    labels: dict[str, str]
    event: UUID | None
    within: tuple["Fired", ...] = ()
    value: float | None = None  # of a metric
    resolved: bool = False  # it no longer holds that by which the trigger fired before


@dataclass(frozen=True)
class Sight:
    """An event as one trigger sees it: as what it *starts* by, as one it expects, or as both."""

    event: UUID
    occurred: datetime
    received: datetime
    starts: bool
    expected: bool


@dataclass(frozen=True)
class Window:
    """The time in which events count, its end not included."""

    start: datetime
    end: datetime
    count: int = 0


@dataclass(frozen=True)
class Watch:
    """What a trigger knows of the events of one key.

    *heard* is when the last was received, *last* the last that counted, *expected* when those
    occurred that may yet turn out to follow what they were to follow.
    """

    key: tuple[str, ...]
    heard: datetime
    window: Window | None = None
    last: UUID | None = None
    expected: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a trigger knows now, and whether it fired. None: there is nothing to know."""

    watch: Watch | None
    fired: Fired | None = None


def begin(trigger: EventTrigger, *, now: datetime) -> Watch:
    """Begin to wait for what has to come without anything before it."""
    return Watch((), now, Window(now, shift(now, _length(trigger))))


def see(
    trigger: EventTrigger, watch: Watch | None, sight: Sight, key: tuple[str, ...] = ()
) -> Outcome:
    """Count an event that a trigger means."""
    known = watch or Watch(key, sight.received)
    known = replace(known, heard=max(known.heard, sight.received))
    return (_react if trigger.posture == "Reactive" else _wait)(trigger, known, sight)


def look(trigger: EventTrigger, watch: Watch, *, now: datetime) -> Outcome:
    """Do what the time alone does to a trigger."""
    fired = None
    window = watch.window
    if trigger.posture == "Proactive" and window is not None and _judged(watch, window) <= now:
        watch, fired = _close(trigger, watch, window, shift(now, -GRACE))
    forgotten = _forgotten(trigger, watch)
    return Outcome(None if forgotten is not None and forgotten <= now else watch, fired)


def due_of(trigger: EventTrigger, watch: Watch) -> datetime:
    """Return when to look at a trigger next."""
    times = [_forgotten(trigger, watch)]
    if trigger.posture == "Proactive" and watch.window is not None:
        times.append(_judged(watch, watch.window))
    return min(time for time in times if time is not None)


def shift(time: datetime, by: timedelta) -> datetime:
    """Return another time; the first or the last there is where there is no such time."""
    try:
        return time + by
    except OverflowError:
        return _FIRST if by < timedelta(0) else _LAST


def _react(trigger: EventTrigger, watch: Watch, sight: Sight) -> Outcome:
    """A reactive trigger fires as soon as it has what it wants, and rests until the window ends."""
    at, length, window = sight.occurred, _length(trigger), watch.window
    if window is not None and length and shift(window.end, LOOKBACK) <= at:
        window = None  # as it would be forgotten by the time, had the events come one by one
    if sight.starts and (window is None or (length and window.end <= at)):
        # What both starts and is expected does not count as what follows it.
        window = Window(at, shift(at, length), -1 if sight.expected else 0)
    if window is None and sight.expected and not trigger.after:
        window = Window(shift(at, -LOOKBACK), shift(at, length))
    if window is None or not sight.expected or at < window.start:
        return _known(watch, window)
    if length and at >= window.end:
        if trigger.after:
            return _known(watch, window)
        window = Window(at, shift(at, length))
    window = replace(window, count=window.count + 1)
    if window.count < trigger.threshold:
        return _known(watch, window)
    # Without a length there is no end to rest until: each event counts.
    rests = length and not trigger.after
    following = Window(window.end, shift(window.end, length)) if rests else None
    return Outcome(_known(watch, following).watch, _fire(trigger, watch, at, sight.event))


def _wait(trigger: EventTrigger, watch: Watch, sight: Sight) -> Outcome:
    """A proactive trigger waits for the end of a window, which what it wants begins anew."""
    # What claims to be of the future ends nothing yet.
    at, length, fired = min(sight.occurred, sight.received), _length(trigger), None
    if trigger.after and sight.expected and not sight.starts:
        watch = replace(watch, expected=_remember(watch.expected, at, length))
    if watch.window is not None and watch.window.end <= at:
        last = sight.event if sight.expected else watch.last
        watch, fired = _close(trigger, replace(watch, last=last), watch.window, at)
    if sight.starts and watch.window is None:
        count = _count(watch.expected, at, length) - (1 if sight.expected else 0)
        window = Window(at, shift(at, length), count)
        watch = replace(watch, window=window, last=sight.event)
    window_now = watch.window
    if window_now is None and sight.expected and not trigger.after:
        window_now = Window(shift(at, -LOOKBACK), shift(at, length))
    if window_now is None or not sight.expected or at < window_now.start:
        return Outcome(watch if window_now or watch.expected else None, fired)
    window = replace(window_now, count=window_now.count + 1)
    if window.count >= trigger.threshold and (sight.starts or not trigger.after):
        count = _count(watch.expected, at, length) if trigger.after else 0
        window = Window(at, shift(at, length), count)
    return Outcome(replace(watch, window=window, last=sight.event), fired)


def _close(
    trigger: EventTrigger, watch: Watch, window: Window, at: datetime
) -> tuple[Watch, Fired | None]:
    """End a window that was over *at* some time; without `after` another follows it at once."""
    lacking = window.count < trigger.threshold
    fired = _fire(trigger, watch, window.end, watch.last) if lacking else None
    if trigger.after:
        return replace(watch, window=None), fired
    length = _length(trigger)
    # Windows that nobody could look at, such as while no server ran, are passed over.
    start = shift(window.end, (at - window.end) // length * length)
    return replace(watch, window=Window(start, shift(start, length))), fired


def _fire(trigger: EventTrigger, watch: Watch, at: datetime, event: UUID | None) -> Fired:
    labels = dict(zip(list_labels(trigger), watch.key, strict=True))
    return Fired(trigger.id, at, labels, event)


def _known(watch: Watch, window: Window | None) -> Outcome:
    return Outcome(None if window is None else replace(watch, window=window))


def _judged(watch: Watch, window: Window) -> datetime:
    return shift(max(window.end, watch.heard), GRACE)


def _forgotten(trigger: EventTrigger, watch: Watch) -> datetime | None:
    """Return from when on it makes no difference whether a watch is known; None: it always does."""
    window, length = watch.window, _length(trigger)
    if trigger.posture == "Proactive":
        if window is None:
            return shift(watch.heard, max(EXPECTED, length)) if watch.expected else watch.heard
        ends = bool(trigger.for_each) and not trigger.after
        return shift(watch.heard, max(SILENCE, 10 * length)) if ends else None
    if window is None or not length:
        return shift(watch.heard, SILENCE)
    return shift(max(window.end, watch.heard), LOOKBACK)


def _remember(
    expected: tuple[datetime, ...], at: datetime, length: timedelta
) -> tuple[datetime, ...]:
    times = sorted((*expected, at))
    oldest = shift(times[-1], -max(EXPECTED, length))
    return tuple(time for time in times if time >= oldest)[-MOST_EXPECTED:]


def _count(expected: tuple[datetime, ...], start: datetime, length: timedelta) -> int:
    end = shift(start, length)
    return sum(start <= time < end for time in expected)


def _length(trigger: EventTrigger) -> timedelta:
    return timedelta(seconds=trigger.within)
