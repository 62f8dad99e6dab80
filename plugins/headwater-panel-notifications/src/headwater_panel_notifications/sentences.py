"""A policy as a sentence: what it is about in plain words, what was chosen in strong ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from headwater.api.notifications import Grouping, QuietHours, Weekday
from headwater.api.pages import Part, join_names, say_length


@dataclass(frozen=True)
class Words:
    """What a policy asks for, by names. What is empty asks for nothing."""

    states: Sequence[str] = ()
    tags: Sequence[str] = ()
    all_tags: bool = False
    flows: Sequence[str] = ()
    deployments: Sequence[str] = ()
    pools: Sequence[str] = ()
    channels: Sequence[str] = ()
    fallbacks: Sequence[str] = ()
    recovery: bool = False
    grouping: Grouping | None = None
    quiet: QuietHours | None = None


def say(words: Words) -> list[Part]:
    """Return the sentence: *If a run of any flow enters Failed, tell ops.*"""
    parts: list[Part] = [("If a run of ", False)]
    parts += join_names(words.flows, "or") if words.flows else [("any flow", True)]
    if words.deployments:
        parts += [(" from the deployment ", False), *join_names(words.deployments, "or")]
    if words.pools:
        parts += [(" in the work pool ", False), *join_names(words.pools, "or")]
    if words.tags:
        several = words.all_tags and len(words.tags) > 1
        parts.append((" with the tags " if several else " with the tag ", False))
        parts += join_names(words.tags, "and" if several else "or")
    parts.append((" enters ", False))
    parts += join_names(words.states, "or") if words.states else [("any state", True)]
    parts.append((", tell ", False))
    parts += join_names(words.channels, "and") if words.channels else [("nobody", True)]
    for place, name in enumerate(words.fallbacks):
        parts += [("; where that fails, " if place == 0 else ", then ", False), (name, True)]
    if words.recovery:
        parts.append((", and say so when it works again", False))
    parts.append((".", False))
    if words.grouping:
        parts += _say_grouping(words.grouping)
    if words.quiet:
        parts += _say_quiet(words.quiet)
    return parts


def _say_grouping(grouping: Grouping) -> list[Part]:
    """Say what comes in one message: *News alike in flow come together.*"""
    parts: list[Part] = [(" ", False), ("All", True), (" its news", False)]
    if grouping.by:
        names = [one.replace("_", " ") for one in grouping.by]
        parts = [(" News alike in ", False), *join_names(names, "and")]
    wait = say_length(grouping.wait) if grouping.wait else "at once"
    parts += [(" come together: the first ", False), *_after(wait)]
    if grouping.interval:
        parts += [(", more ", False), *_after(say_length(grouping.interval))]
    if grouping.repeat:
        parts += [(", what still fails again ", False), *_after(say_length(grouping.repeat))]
    return [*parts, (".", False)]


def _say_quiet(quiet: QuietHours) -> list[Part]:
    """Say when nothing is told: *On Sunday it is quiet from 22:00 to 07:00 the next day...*"""
    days = [day for day in Weekday if day in quiet.weekdays]
    parts: list[Part] = [(" It is quiet from ", False)]
    if len(days) < len(Weekday):
        parts = [(" On ", False), *_say_days(days), (" it is quiet from ", False)]
    parts += [(quiet.start, True), (" to ", False), (quiet.end, True)]
    if quiet.end <= quiet.start:
        parts.append((" the next day", False))
    parts += [(" (", False), (quiet.timezone, True), (")", False)]
    if quiet.breaks_through:
        worst = "errors" if quiet.breaks_through == "error" else "warnings and errors"
        parts += [(", but for ", False), (worst, True)]
    parts.append(("; what happens then is ", False))
    return [*parts, ("dropped" if quiet.then == "drop" else "told afterwards", True), (".", False)]


def _say_days(days: Sequence[Weekday]) -> list[Part]:
    names = [day.capitalize() for day in days]
    week = list(Weekday)
    first = week.index(days[0])
    if len(days) > 2 and week[first : first + len(days)] == list(days):
        return [(names[0], True), (" to ", False), (names[-1], True)]
    return join_names(names, "and")


def _after(length: str) -> list[Part]:
    return [(length, True)] if length == "at once" else [("after ", False), (length, True)]
