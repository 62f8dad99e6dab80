"""What triggers made of an event, in sentences."""

from collections.abc import Sequence
from datetime import datetime

from headwater.automations.rules.armed import Seen
from headwater.automations.rules.composites import needed
from headwater.automations.rules.reasons import Finding
from headwater.automations.rules.triggers import Labels, Lacking
from headwater.automations.schemas.triggers import EventTrigger
from headwater.automations.schemas.verdicts import Verdict
from headwater.events.schemas import RESOURCE_ID, RESOURCE_ROLE


def say(finding: Finding, seen: Seen) -> str:
    trigger = finding.trigger
    if not isinstance(trigger, EventTrigger):
        return _say_composite(finding.count or 0, needed(trigger), finding.verdict)
    if finding.lacking is not None:
        return _say_lacking(finding.lacking, seen)
    return _say_unseen(finding, trigger, seen) or _say_window(finding, trigger)


def _say_composite(count: int, needed_all: int, verdict: Verdict) -> str:
    of = f"{count} of the {needed_all} triggers that it needs have fired"
    if verdict is Verdict.FIRED:
        return f"{of}: it fired."
    # Only the order of a sequence holds back one of which all have.
    return f"{of}, but not in their order." if count == needed_all else f"{of}, the others not yet."


def say_time(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"


def _say_lacking(lacking: Lacking, seen: Seen) -> str:
    if lacking.related:
        role = lacking.wanted.get(RESOURCE_ROLE)
        roles = [role] if isinstance(role, str) else role
        there = [
            one.get(RESOURCE_ID, "")
            for one in seen.related
            if roles is None or one.get(RESOURCE_ROLE) in roles
        ]
        but = f"there are {_list(there, 'and')}" if there else "there is none of the kind"
        return f"No related resource has {_say_labels(lacking.wanted)}; {but}."
    was = "is not there" if lacking.was is None else f"is {lacking.was!r}"
    ((name, forms),) = lacking.wanted.items()
    return f"The label {name} {was}; wanted is {_say_forms(forms)}."


def _say_unseen(finding: Finding, trigger: EventTrigger, seen: Seen) -> str | None:
    match finding.verdict:
        case Verdict.EARLIER:
            return "It came before the automation was made, changed or turned on the last time."
        case Verdict.OWN:
            return (
                "It tells of what the automation itself did or caused, or of a firing after too"
                " many of others, which it does not see."
            )
        case Verdict.NAME:
            after = f" after {_list(trigger.after, 'or')}" if trigger.after else ""
            expected = _list(trigger.expect, "or") if trigger.expect else "any"
            return f"The event is {seen.event}; expected is {expected}{after}."
        case Verdict.UNOPENED:
            after = _list(trigger.after, "or")
            return f"No window was open: {after} was not seen before it for the same key."
    return None


def _say_window(finding: Finding, trigger: EventTrigger) -> str:
    window, threshold = finding.window, max(trigger.threshold, 1)
    counted = f"{finding.count} of {threshold}"
    if window is None:
        return f"It counted, {counted}: the trigger fired."
    begins, ends = say_time(window.start), say_time(window.end)
    until = f"until {ends}" if trigger.within else "without an end"
    match finding.verdict:
        case Verdict.OPENED:
            awaited = _list(trigger.expect, "or") if trigger.expect else "any event"
            return f"It opened a window {until}, in which {awaited} is waited for."
        case Verdict.RENEWED:
            return f"It came in time: the next is waited for {until}."
        case Verdict.BEFORE:
            return f"It occurred before the window in which events count, which begins {begins}."
        case Verdict.LATE:
            return f"It occurred after the window in which events count, which ended {ends}."
        case Verdict.OPEN:
            return f"A window was open already, {until}."
        case Verdict.MISSED:
            return f"The window before it ended {ends} with {counted}: the trigger fired."
        case _:
            return f"It counted, {counted}, in the window {until}."


def _say_labels(labels: Labels) -> str:
    return " and ".join(f"{name} {_say_forms(forms)}" for name, forms in labels.items())


def _say_forms(forms: str | list[str]) -> str:
    each = [forms] if isinstance(forms, str) else forms
    return _list([repr(one) for one in each], "or") if each else "nothing that there is"


def _list(words: Sequence[str], last: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
