"""How news is meant, which channels show by a colour, a sign or a priority."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from headwater.notifications.channels import Kind, Message, Severity


class Tone(StrEnum):
    GOOD = "good"
    NEUTRAL = "neutral"
    WARNING = "warning"
    BAD = "bad"


# The field `notify_type` of the clients' own blocks. "info" and 2.20's "prefect_default" are what
# nobody chose: then the message decides.
NotifyType = Annotated[
    str,
    Field(
        title="Notify Type",
        description="success, warning or failure: always its colour. Else the state's.",
    ),
]
COLOURS = {
    Tone.GOOD: "#2da44e",
    Tone.NEUTRAL: "#2f6fde",
    Tone.WARNING: "#d9920a",
    Tone.BAD: "#d1242f",
}
SIGNS = {
    Tone.GOOD: "\N{WHITE HEAVY CHECK MARK}",
    Tone.NEUTRAL: "\N{SPEECH BALLOON}",
    Tone.WARNING: "\N{WARNING SIGN}\N{VARIATION SELECTOR-16}",
    Tone.BAD: "\N{CROSS MARK}",
}
_CHOSEN = {"success": Tone.GOOD, "warning": Tone.WARNING, "failure": Tone.BAD}
_TONES = {
    Severity.INFO: Tone.GOOD,
    Severity.WARNING: Tone.WARNING,
    Severity.ERROR: Tone.BAD,
}


def tone_of(message: Message, notify_type: str = "info") -> Tone:
    """Return the tone that the channel's owner chose, else the message's own."""
    if notify_type in _CHOSEN:
        return _CHOSEN[notify_type]
    if message.kind is Kind.RECOVERY:
        return Tone.GOOD
    return Tone.NEUTRAL if message.kind is Kind.TEST else _TONES[message.severity]
