"""What Rocket.Chat is sent: what it takes for markup is as in its own code."""

import re

from headwater.api import Message
from headwater.api.texts import clean, cut, field_lines, is_link, markdown, markdown_link, one_line
from headwater.api.tones import COLOURS, SIGNS, tone_of

# Characters. 5000 is the server's own default for a text, administrators choose another.
LONGEST_TITLE = 300
LONGEST_TEXT = 5000
LONGEST_PLAIN_TEXT = 900
LONGEST_LINK = 2000
NOBODY = "Headwater"
OPEN = "Open in Headwater"
_NOTHING = "\u200b"  # which no reader sees, and after which a name is none
# Addresses; what calls people or leads to rooms; emoji by name; tags; entities.
_ALSO = re.compile(r"https?://\S+|[@#]|:(?=[\w+-]+:)|<|&(?=#?\w+;)")
_WRITTEN = {"<": "\\<", "&": "&amp;"}


def compose(message: Message, notify_type: str = "info") -> dict[str, object]:
    """Return the payload: a line, which phones' notices show, and an attachment in colour."""
    tone = tone_of(message, notify_type)
    attachment = {"text": _text(message, LONGEST_TEXT)}
    if is_link(message.link, LONGEST_LINK):
        attachment |= {"title": OPEN, "title_link": message.link}
    said = any(attachment.values())
    return {
        "text": f"{SIGNS[tone]} {_title(message)}",
        "attachments": [attachment | {"color": COLOURS[tone]}] if said else [],
    }


def compose_plainly(message: Message) -> dict[str, object]:
    """Return the least that says all, for servers whose limit is a low one."""
    link = markdown_link(OPEN, message.link.replace("@", "%40"), LONGEST_LINK)
    room = LONGEST_PLAIN_TEXT - LONGEST_TITLE - 2
    body = _text(message, room - len(link) if len(link) < room // 2 else room)
    parts = (_title(message), body, link if len(link) < room // 2 else "")
    return {"text": "\n".join(part for part in parts if part)}


def fit(text: str, most: int) -> str:
    """Return *text* in *most* characters, so that an attachment shows it and calls nobody."""
    return cut(text, most, escape=_escape)


def _escape(text: str) -> str:
    return _ALSO.sub(_disarm, markdown(text))


def _disarm(found: re.Match[str]) -> str:
    if len(found[0]) > 1:
        return found[0].replace("@", "%40")
    return _WRITTEN.get(found[0], f"{found[0]}{_NOTHING}")


def _title(message: Message) -> str:
    """Return the title as code: a line has no escapes, and code no markup."""
    title = one_line(clean(message.title)).replace("`", "'") or NOBODY
    return f"`{cut(title, LONGEST_TITLE - 2, escape=_call_nobody)}`"


def _call_nobody(text: str) -> str:
    return text.replace("@", f"@{_NOTHING}").replace("#", f"#{_NOTHING}")


def _text(message: Message, most: int) -> str:
    fields = field_lines(message.fields, most // 3, fit)
    body = fit(clean(message.body).strip("\n"), most - len(fields) - 2)
    return "\n\n".join(part for part in (body, fields) if part.strip())
