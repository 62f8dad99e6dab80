"""What Pushover is sent: its limits are those of its documentation."""

from dataclasses import dataclass
from hashlib import sha256

from headwater.api import Kind, Message, Severity
from headwater.api.texts import body_and_fields, clean, cut, is_link, one_line, utf16

LONGEST_MESSAGE = 1024  # characters
LONGEST_TITLE = 250
LONGEST_LINK = 512
MOST_FIELDS = 10
OPEN = "Open in Headwater"
QUIET, NORMAL, HIGH, EMERGENCY = -1, 0, 1, 2


@dataclass(frozen=True)
class Emergency:
    """How a message is repeated until somebody acknowledges it: seconds between, and in all."""

    retry: int
    expire: int


def compose(message: Message, emergency: Emergency | None = None) -> dict[str, str]:
    """Return the fields, in plain text, but for those that say who tells whom."""
    title = cut(one_line(clean(message.title)), LONGEST_TITLE, size=utf16)
    said = cut(body_and_fields(message, MOST_FIELDS), LONGEST_MESSAGE, size=utf16)
    fields = {
        "title": title or "Headwater",
        "message": said or title or "Headwater",  # an empty one is refused
        "priority": str(_priority(message)),
    }
    if emergency and _priority(message) == HIGH:
        fields |= {
            "priority": str(EMERGENCY),
            "retry": str(emergency.retry),
            "expire": str(emergency.expire),
            "tags": tag_of(message),
        }
    if message.happened:
        fields["timestamp"] = str(int(message.happened.timestamp()))
    if is_link(message.link, LONGEST_LINK):
        fields |= {"url": message.link, "url_title": OPEN}
    return fields


def tag_of(message: Message) -> str:
    """Return what a problem and its recovery share, by which repeats are called off."""
    return sha256(message.dedup_key.encode(errors="replace")).hexdigest()[:32]


def _priority(message: Message) -> int:
    if message.kind is Kind.PROBLEM:
        return HIGH if message.severity is Severity.ERROR else NORMAL
    return QUIET if message.kind is Kind.NEWS else NORMAL
