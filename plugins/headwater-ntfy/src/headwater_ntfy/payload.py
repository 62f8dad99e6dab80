"""What ntfy is sent: its limits are those of its server."""

import json
import re

from headwater.api import Kind, Message
from headwater.api.texts import body_and_fields, clean, cut, is_link, one_line
from headwater.api.tones import Tone, tone_of

TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
# Bytes of a text as JSON has it. A larger message becomes an attachment, or is refused; all of the
# request may have twice as many.
LARGEST_MESSAGE = 4096
LARGEST_TITLE = 1000
LARGEST_LINK = 1000  # which is there twice
MOST_FIELDS = 20
OPEN = "Open in Headwater"
# By their names among ntfy's emoji.
TAGS = {
    Tone.GOOD: "white_check_mark",
    Tone.NEUTRAL: "speech_balloon",
    Tone.WARNING: "warning",
    Tone.BAD: "x",
}
PRIORITIES = {Kind.RECOVERY: 3, Kind.NEWS: 2, Kind.TEST: 3}


def compose(message: Message, topic: str, problem_priority: int) -> dict[str, object]:
    """Return the message as plain text, which ntfy shows as it is."""
    title = cut(one_line(clean(message.title)), LARGEST_TITLE, size=in_json)
    payload: dict[str, object] = {
        "topic": topic,
        "title": title or "Headwater",
        "message": cut(body_and_fields(message, MOST_FIELDS), LARGEST_MESSAGE, size=in_json)
        or "Headwater",
        "priority": PRIORITIES.get(message.kind, problem_priority),
        "tags": [TAGS[tone_of(message)]],
    }
    if is_link(message.link, LARGEST_LINK) and in_json(message.link) <= LARGEST_LINK:
        payload["click"] = message.link
        payload["actions"] = [{"action": "view", "label": OPEN, "url": message.link}]
    return payload


def in_json(text: str) -> int:
    """Return the bytes of *text* in the request: not below those that ntfy counts of it."""
    return len(json.dumps(text, ensure_ascii=False).encode(errors="surrogatepass")) - 2
