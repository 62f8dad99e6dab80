"""What a room is sent: plain text, and the same as HTML; 65,536 bytes with what servers add."""

import json
import re
from html import escape

from headwater.api import Message
from headwater.api.texts import clean, cut, cut_fields, is_link, one_line
from headwater.api.tones import COLOURS, SIGNS, tone_of

LARGEST = 60_000  # bytes of what we send; servers add names, hashes and signatures
# Bytes as they are sent, in which no count of a server's is above ours. Each text goes twice.
LARGEST_TITLE = 1500
LARGEST_BODY = 17_000
LARGEST_FIELDS = 6000
LARGEST_NAME = 300
LARGEST_VALUE = 1200
LARGEST_LINK = 3000
LONGEST_TITLE = 300  # characters
MOST_FIELDS = 25
NOBODY = "Headwater"
OPEN = "Open in Headwater"
_NOTHING = "\u200b"  # which no reader sees, and after which a name is none
# In what is escaped already: only an & may be within an address.
_ADDRESS = re.compile(r"https?://(?:[^\s<>&]|&amp;)*(?:[^\s<>&.,;:!?)]|&amp;)")


def compose(message: Message, notify_type: str = "info") -> dict[str, object]:
    """Return the content of an event of the type m.room.message."""
    tone = tone_of(message, notify_type)
    title = cut(one_line(clean(message.title)), LONGEST_TITLE) or NOBODY
    title = f"{SIGNS[tone]} {title}"
    body = clean(message.body).strip()
    fits = is_link(message.link, LARGEST_LINK) and _size(escape(message.link)) <= LARGEST_LINK
    link = message.link if fits else ""
    plain = [_fit_plain(title, LARGEST_TITLE), _fit_plain(body, LARGEST_BODY)]
    html = [
        f'<strong><font color="{COLOURS[tone]}">{fit(title, LARGEST_TITLE)}</font></strong>',
        fit(body, LARGEST_BODY),
    ]
    lines = _fields(message)
    plain += ["\n".join(f"{name}: {value}" for name, value in lines), link]
    shown = (f"<strong>{_escape(name)}:</strong> {_escape(value)}" for name, value in lines)
    html += ["<br>".join(shown), f'<a href="{escape(link)}">{OPEN}</a>' if link else ""]
    return {
        "msgtype": "m.text",  # of which people are told, as they are not of m.notice
        "body": "\n\n".join(part for part in plain if part),
        "format": "org.matrix.custom.html",
        "formatted_body": "<br><br>".join(part for part in html if part),
        "m.mentions": {},  # nobody, whomever the text happens to name
    }


def fit(text: str, most: int) -> str:
    """Return *text* as HTML of *most* bytes that shows it as it is, with its addresses as links."""
    return _with_links(cut(text, most // 2, size=_size, escape=_escape), most)


def _with_links(shown: str, most: int) -> str:
    linked = _ADDRESS.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', shown)
    return linked if _size(linked) <= most else shown


def _fit_plain(text: str, most: int) -> str:
    return cut(text, most // 2, size=_size, escape=_call_nobody)


def _size(text: str) -> int:
    return len(json.dumps(text)) - 2


def _call_nobody(text: str) -> str:
    # Clients from before m.mentions look for it.
    return text.replace("@room", f"@{_NOTHING}room")


def _escape(text: str) -> str:
    return escape(_call_nobody(text)).replace("\n", "<br>")


def _fields(message: Message) -> list[tuple[str, str]]:
    """Return names and values, as many as fit as HTML, with a mark where some are left out."""
    lines: list[tuple[str, str]] = []
    room = LARGEST_FIELDS
    for name, value in cut_fields(message.fields, MOST_FIELDS).items():
        label = _cut(one_line(clean(name)), LARGEST_NAME) or "-"
        text = _cut(one_line(clean(value)), LARGEST_VALUE)
        room -= _size(_escape(f"{label}{text}")) + len("<strong>:</strong> <br>")
        if room < 0:
            return [*lines, ("…", f"{len(message.fields) - len(lines)} more")]
        lines.append((_call_nobody(label), _call_nobody(text)))
    return lines


def _cut(text: str, most: int) -> str:
    """Return *text* itself, cut to what is *most* bytes once it is escaped."""
    return cut(text, most, size=lambda part: _size(_escape(part)))
