"""The parts of a policy's form that say when it tells: together with others, not in quiet hours."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from headwater.api.forms import say_fault
from headwater.api.notifications import GroupBy, Grouping, OwnPolicy, QuietHours, Weekday
from headwater.api.pages import read_length, say_length, write_length
from headwater.api.runs import parse

_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")
LENGTHS = ("wait", "interval", "repeat")
# The fields of the form, by where the schemas find a fault.
_FIELDS = {
    ("fallback_after",): "fallback_minutes",
    ("grouping",): "repeat",  # which is shorter than the interval
    ("grouping", "by"): "group_by",
    ("grouping", "wait"): "group_wait",
    ("grouping", "interval"): "group_interval",
    ("grouping", "repeat"): "repeat",
    ("quiet_hours", "timezone"): "quiet_zone",
    ("quiet_hours", "weekdays"): "quiet_day",
    ("quiet_hours", "start"): "quiet_start",
    ("quiet_hours", "end"): "quiet_end",
    ("quiet_hours", "breaks_through"): "quiet_unless",
    ("quiet_hours", "then"): "quiet_then",
}


@dataclass(frozen=True)
class Timing:
    """What was typed. A part that is not ticked, *grouped* or *quiet*, asks for nothing."""

    grouped: bool = False
    by: Sequence[str] = (GroupBy.FLOW,)
    wait: str = "30s"
    interval: str = "5m"
    repeat: str = ""
    quiet: bool = False
    start: str = "22:00"
    end: str = "07:00"
    zone: str = ""
    days: Sequence[str] = tuple(Weekday)
    then: str = "digest"
    unless: str = ""

    @classmethod
    def of(cls, policy: OwnPolicy) -> Self:
        """Return what a policy that is kept has."""
        said: dict[str, Any] = {}
        if grouping := parse(policy.grouping):
            lengths = {
                name: "" if grouping[name] is None else write_length(grouping[name])
                for name in LENGTHS
            }
            said |= {"grouped": True, "by": grouping["by"], **lengths}
        if quiet := parse(policy.quiet_hours):
            said |= {"quiet": True, "start": quiet["start"], "end": quiet["end"]}
            said |= {"zone": quiet["timezone"], "days": quiet["weekdays"]}
            said |= {"then": quiet["then"], "unless": quiet["breaks_through"] or ""}
        return cls(**said)

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> Self:
        return cls(
            grouped="group" in form,
            by=[one for one in GroupBy if one in form.getlist("group_by")],
            wait=form.get("group_wait", "").strip(),
            interval=form.get("group_interval", "").strip(),
            repeat=form.get("repeat", "").strip(),
            quiet="quiet" in form,
            start=form.get("quiet_start", "").strip(),
            end=form.get("quiet_end", "").strip(),
            zone=form.get("quiet_zone", "").strip(),
            days=[one for one in Weekday if one in form.getlist("quiet_day")],
            then=form.get("quiet_then", "digest"),
            unless=form.get("quiet_unless", ""),
        )

    def body(self) -> dict[str, Any]:
        """Return the fields of a policy as its schema takes them; a length that is none is left."""
        grouping = {"by": list(self.by)} | {
            name: length
            for name in LENGTHS
            if (length := read_length(getattr(self, name))) is not None
        }
        quiet = {
            "start": self.start,
            "end": self.end,
            "timezone": self.zone,
            "weekdays": list(self.days),
            "then": self.then,
            "breaks_through": self.unless or None,
        }
        return {
            "grouping": grouping if self.grouped else None,
            "quiet_hours": quiet if self.quiet else None,
        }

    def find_faults(self, *, recovery: bool) -> dict[str, str]:
        """Return what is wrong by field, as far as the form alone knows how to say it."""
        found = {}
        if self.grouped:
            for name, field in zip(
                LENGTHS, ("group_wait", "group_interval", "repeat"), strict=True
            ):
                typed = getattr(self, name)
                if typed and read_length(typed) is None:
                    found[field] = f"\u201c{typed}\u201d is no length of time: 30s, 5m, 4h or 1d."
            if self.repeat and not recovery:
                found["recovery"] = (
                    "What still fails is told again until it works again: "
                    "tick this, or empty \u201cTell again\u201d."
                )
        if self.quiet:
            for name, word in (("start", "begin"), ("end", "end")):
                if not _TIME.fullmatch(getattr(self, name)):
                    found[f"quiet_{name}"] = f"Say when they {word}, such as 22:00."
            if not self.zone:
                found["quiet_zone"] = "Say by which clock, such as Europe/Berlin."
            if not self.days:
                found["quiet_day"] = "Choose a day."
        return found


def locate(place: Sequence[Any]) -> str | None:
    """Return the field of a fault that a schema finds there; None for those of other parts."""
    return _FIELDS.get(tuple(place[:2])) or _FIELDS.get(tuple(place[:1]))


def explain(fault: Mapping[str, Any]) -> str:
    """Return what a schema says of a field of these parts, in the form's words."""
    context = fault.get("ctx", {})
    match fault["type"]:
        case "greater_than_equal":
            return f"It is {say_length(context['ge'])} at least."
        case "less_than_equal":
            return f"It is {say_length(context['le'])} at most."
        case "float_parsing":
            return "This is no number."
        case "string_pattern_mismatch":
            return "There is no such time of the day."
    if tuple(fault["loc"]) == ("grouping",):
        return "It is not shorter than \u201cAt most every\u201d."
    return say_fault(fault["msg"])


def find_grouping(policy: Any) -> Grouping | None:
    """Return the grouping of a row or of a draft, None while that makes no sense."""
    try:
        value = _value(policy.grouping)
        return Grouping.model_validate(value) if value else None
    except ValidationError:
        return None


def find_quiet(policy: Any) -> QuietHours | None:
    """Return the quiet hours of a row or of a draft, None while they make no sense."""
    try:
        value = _value(policy.quiet_hours)
        return QuietHours.model_validate(value) if value else None
    except ValidationError:
        return None


def _value(column: Any) -> Any:
    return column if isinstance(column, dict) else parse(column)
