"""What Gotify is sent. It has no limits of its own: these are what people read on a phone."""

from headwater.api import Kind, Message
from headwater.api.texts import body_and_fields, clean, cut, is_link, one_line

LONGEST_TITLE = 200  # characters
LONGEST_MESSAGE = 10_000
LONGEST_LINK = 2000
MOST_FIELDS = 30
PRIORITIES = {Kind.RECOVERY: 5, Kind.NEWS: 2, Kind.TEST: 5}


def compose(message: Message, problem_priority: int) -> dict[str, object]:
    """Return the message as plain text, in which nothing is markup and tracebacks keep shape."""
    link = message.link if is_link(message.link, LONGEST_LINK) else ""
    end = f"\n\n{link}" if link else ""
    said = cut(body_and_fields(message, MOST_FIELDS), LONGEST_MESSAGE - len(end)) + end
    extras: dict[str, object] = {"client::display": {"contentType": "text/plain"}}
    if link:
        extras["client::notification"] = {"click": {"url": link}}
    return {
        "title": cut(one_line(clean(message.title)), LONGEST_TITLE) or "Headwater",
        "message": said.strip() or "Headwater",
        "priority": PRIORITIES.get(message.kind, problem_priority),
        "extras": extras,
    }
