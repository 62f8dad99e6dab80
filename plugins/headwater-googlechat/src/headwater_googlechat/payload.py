"""What Google Chat is sent: a card, whose texts are a little HTML; 32,000 bytes in all."""

import json
import re
from html import escape

from headwater.api import Message
from headwater.api.texts import clean, cut, cut_fields, is_link, one_line
from headwater.api.tones import COLOURS, SIGNS, tone_of

LARGEST = 32_000  # bytes of a message
# Bytes as they are sent, so that no count of Google's is above ours.
LARGEST_TITLE = 1500
LARGEST_BODY = 16_000
LARGEST_FIELDS = 6000
LARGEST_NAME = 300
LARGEST_VALUE = 1200
LONGEST_TITLE = 200  # characters
LONGEST_PLAIN_TEXT = 4000
LONGEST_LINK = 2000
MOST_FIELDS = 25
NOBODY = "Headwater"
OPEN = "Open in Headwater"
_NOTHING = "\u200b"  # which no reader sees, and which keeps a sign from being markup
_MARKUP = re.compile(r"https?://[^\s<>|]+|[<*_~`]")


def compose(message: Message, notify_type: str = "info") -> dict[str, object]:
    """Return the payload: a card, and a text for phones' notices."""
    tone = tone_of(message, notify_type)
    title = f"{SIGNS[tone]} {_title(message)}"
    shown = f'<font color="{COLOURS[tone]}"><b>{fit(title, LARGEST_TITLE)}</b></font>'
    texts = [shown, fit(clean(message.body).strip(), LARGEST_BODY), _fields(message)]
    widgets: list[object] = [{"textParagraph": {"text": text}} for text in texts if text]
    if is_link(message.link, LONGEST_LINK) and _size(message.link) <= LONGEST_LINK:
        opened = {"text": OPEN, "onClick": {"openLink": {"url": message.link}}}
        widgets.append({"buttonList": {"buttons": [opened]}})
    return {
        "fallbackText": cut(title, LARGEST_TITLE, size=_size),
        "cardsV2": [{"cardId": "news", "card": {"sections": [{"widgets": widgets}]}}],
    }


def compose_plainly(message: Message) -> dict[str, object]:
    """Return the least that says all, for when the card is refused."""
    # Within `<address|label>` these two would end the address.
    address = message.link.replace("|", "%7C").replace(">", "%3E")
    link = f"\n<{address}|{OPEN}>" if is_link(address, LONGEST_LINK) else ""
    said = f"{_title(message)}\n{clean(message.body).strip()}".strip()
    return {"text": cut(said, LONGEST_PLAIN_TEXT - len(link), escape=_disarm) + link}


def fit(text: str, most: int) -> str:
    """Return *text* in *most* bytes, so that a card shows it as it is."""
    return cut(text, most, size=_size, escape=_escape)


def _size(text: str) -> int:
    return len(json.dumps(text)) - 2


def _escape(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


def _disarm(text: str) -> str:
    """Return *text* without markup, of which there is no escape, and without `<users/all>`."""
    return _MARKUP.sub(lambda found: f"{found[0]}{_NOTHING * (len(found[0]) == 1)}", text)


def _title(message: Message) -> str:
    return cut(one_line(clean(message.title)), LONGEST_TITLE) or NOBODY


def _fields(message: Message) -> str:
    lines: list[str] = []
    room, fields = LARGEST_FIELDS, cut_fields(message.fields, MOST_FIELDS)
    for name, value in fields.items():
        label = fit(one_line(clean(name)), LARGEST_NAME) or "-"
        line = f"<b>{label}:</b> {fit(one_line(clean(value)), LARGEST_VALUE)}"
        room -= _size(line) + len("<br>")
        if room < 0:
            return "<br>".join([*lines, f"… and {len(message.fields) - len(lines)} more"])
        lines.append(line)
    return "<br>".join(lines)
