"""When triggers that hold others fire: by what those within them did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from headwater.automations.rules.windows import LOOKBACK, Fired, shift
from headwater.automations.schemas.triggers import CompoundTrigger, SequenceTrigger

Composite = CompoundTrigger | SequenceTrigger


@dataclass(frozen=True)
class Gathered:
    """The last firing of each trigger within one, by their times; *heard* is when the last came."""

    heard: datetime
    firings: tuple[Fired, ...]


def gathers(trigger: Composite) -> bool:
    """Say if a trigger needs more than one firing, and so has to know them."""
    return needed(trigger) > 1


def gather(
    trigger: Composite, known: Gathered | None, fired: Fired, *, now: datetime
) -> tuple[Gathered | None, Fired | None]:
    """Take in that a trigger within fired; return what is known then, and whether this one fires.

    Of two firings of one trigger the later counts; those too old for the newest count no more.
    """
    if not gathers(trigger):
        return None, _fire(trigger, [fired], fired)
    others = [one for one in (known.firings if known else ()) if one.trigger != fired.trigger]
    same = [one for one in (known.firings if known else ()) if one.trigger == fired.trigger]
    last = max([*same, fired], key=lambda one: one.at)
    if last.at == fired.at:
        last = fired
    firings = sorted([*others, last], key=lambda one: one.at)
    if trigger.within is not None:
        newest = firings[-1]
        oldest = shift(newest.at, -timedelta(seconds=trigger.within))
        firings = [one for one in firings if one.at >= oldest or one is newest]
    if _is_met(trigger, firings):
        return None, _fire(trigger, firings, fired)
    return Gathered(now, tuple(firings)), None


def due_of(trigger: Composite, known: Gathered) -> datetime | None:
    """Return when what is known is too old to matter; None: never."""
    if trigger.within is None:
        return None
    oldest_wanted = shift(known.firings[-1].at, timedelta(seconds=max(trigger.within, 0)))
    return shift(max(known.heard, oldest_wanted), LOOKBACK)


def needed(trigger: Composite) -> int:
    """Return how many triggers within one have to fire for it to do so."""
    if isinstance(trigger, SequenceTrigger) or trigger.require == "all":
        return len(trigger.triggers)
    return 1 if trigger.require == "any" else trigger.require


def _is_met(trigger: Composite, firings: Sequence[Fired]) -> bool:
    if isinstance(trigger, SequenceTrigger):
        return [one.trigger for one in firings] == [one.id for one in trigger.triggers]
    return len(firings) >= needed(trigger)


def _fire(trigger: Composite, firings: Sequence[Fired], last: Fired) -> Fired:
    return Fired(trigger.id, firings[-1].at, {}, last.event, tuple(firings), last.value)
