"""What Slack is sent: its limits are those of slack_sdk's validators and Slack's documentation."""

import re
from collections.abc import Iterator
from html import escape

from headwater.api import Message
from headwater.api.texts import cut, cut_fields, is_link
from headwater.api.tones import COLOURS, tone_of

LONGEST_TEXT = 4000  # characters of the fallback; Slack advises against more
LONGEST_HEADER = 150
LONGEST_SECTION = 3000
LONGEST_FIELD = 2000
MOST_FIELDS = 50
MOST_IN_SECTION = 10
LONGEST_LINK = 3000
LONGEST_BODY = 12_000  # with the fields: a little more in all blocks is msg_blocks_too_long
LONGEST_FIELDS = 4000
OPEN = "Open in Headwater"
# The end of a text cut within an escape, which people would see as `&am`.
_BROKEN_ESCAPE = re.compile(r"&[a-z]{0,3}\Z")


def compose(message: Message, notify_type: str = "info") -> dict[str, object]:
    """Return the payload: *text* for phones and screen readers, a header, a coloured attachment."""
    title = cut(mrkdwn(message.title).strip(), LONGEST_HEADER)
    header = {"type": "header", "text": {"type": "plain_text", "text": title}}
    fields = _fields(message)
    body = cut(mrkdwn(message.body), LONGEST_BODY - sum(map(len, fields)))
    blocks = [*_sections(body), *_sections_of_fields(fields), *_button(message)]
    attachment = {"color": COLOURS[tone_of(message, notify_type)], "fallback": title}
    return {
        "text": _text(message, message.body or message.title),
        "link_names": False,
        "blocks": [header] if title else [],
        "attachments": [attachment | {"blocks": blocks}] if blocks else [],
    }


def compose_plainly(message: Message) -> dict[str, object]:
    """Return the least that says all, for whoever refuses blocks."""
    return {"text": _text(message, f"{message.title}\n{message.body}"), "link_names": False}


def mrkdwn(text: str) -> str:
    """Escape for Slack: these three characters and no other. It also disarms `<!channel>`."""
    return escape(text, quote=False)


def split(text: str, most: int) -> Iterator[str]:
    """Return escaped *text* in parts of *most* characters, between lines where there are any."""
    while len(text) > most:
        end = text.rfind("\n", 1, most + 1)
        part = text[:end] if end > 0 else _BROKEN_ESCAPE.sub("", text[:most])
        if part.strip():
            yield part
        text = text[len(part) + (end > 0) :]
    if text.strip():
        yield text


def _text(message: Message, said: str) -> str:
    link = _link(message)
    return cut(mrkdwn(said), LONGEST_TEXT - len(link)) + link


def _sections(body: str) -> Iterator[dict[str, object]]:
    for part in split(body, LONGEST_SECTION):
        yield {"type": "section", "text": {"type": "mrkdwn", "text": part}}


def _fields(message: Message) -> list[str]:
    """Return the texts of the fields: as many as fit, the last says how many are left out."""
    texts: list[str] = []
    room = LONGEST_FIELDS
    for name, value in cut_fields(message.fields, MOST_FIELDS).items():
        text = cut(f"*{mrkdwn(name)}*\n{mrkdwn(value)}", LONGEST_FIELD)
        room -= len(text)
        if room < 0:
            return [*texts, f"*…*\n{len(message.fields) - len(texts)} more"]
        texts.append(text)
    return texts


def _sections_of_fields(texts: list[str]) -> Iterator[dict[str, object]]:
    fields = [{"type": "mrkdwn", "text": text} for text in texts]
    for start in range(0, len(fields), MOST_IN_SECTION):
        yield {"type": "section", "fields": fields[start : start + MOST_IN_SECTION]}


def _button(message: Message) -> Iterator[dict[str, object]]:
    if is_link(message.link, LONGEST_LINK):
        button = {
            "type": "button",
            "text": {"type": "plain_text", "text": OPEN},
            "url": message.link,
            "action_id": "open",
        }
        yield {"type": "actions", "elements": [button]}


def _link(message: Message) -> str:
    """Return the link as Slack's text has it, where `|` and `>` would end it."""
    address = mrkdwn(message.link).replace("|", "%7C")
    return f"\n<{address}|{OPEN}>" if is_link(address, LONGEST_LINK) else ""
