"""What apprise is given to say: plain text, within what the service takes."""

import re
from html import escape

from headwater.api import Message
from headwater.api.texts import body_and_fields, clean, cut, is_link, one_line, utf16
from headwater.api.tones import Tone, tone_of

LONGEST = 20_000  # signs, where a service takes more
LONGEST_LINK = 2000
MOST_FIELDS = 25
# As apprise calls them.
KINDS = {
    Tone.GOOD: "success",
    Tone.NEUTRAL: "info",
    Tone.WARNING: "warning",
    Tone.BAD: "failure",
}
# By which services call people whom a text happens to name; no mail address is one.
_CALL = re.compile(r"<(?=[!@#&])|(?<![\w.])@(?=\w)")
_NOT_UTF8 = re.compile("[\ud800-\udfff]")


def compose(message: Message, longest_title: int, longest_body: int) -> tuple[str, str]:
    """Return title and body. Where there is no room for a title it begins the body.

    The link is whole, or left out.
    """
    title = _safe(one_line(message.title))
    said = _safe(body_and_fields(message, MOST_FIELDS))
    if longest_title > 0:
        title = cut(title, longest_title, size=size_of) or "Headwater"
    else:
        title, said = "", "\n".join(filter(None, (title, said)))
    room = min(LONGEST, longest_body) if longest_body > 0 else LONGEST
    link = f"\n\n{message.link}" if is_link(message.link, LONGEST_LINK) else ""
    link = link if size_of(link) <= room // 2 else ""
    body = cut(said, room - size_of(link), size=size_of) or title or "Headwater"
    return title, (body + link).strip()


def kind_of(message: Message, notify_type: str) -> str:
    return KINDS[tone_of(message, notify_type)]


def size_of(text: str) -> int:
    """Return the size that *text* has as HTML, into which apprise brings it for some services."""
    return utf16(escape(text)) + 5 * text.count("\n")


def _safe(text: str) -> str:
    text = _NOT_UTF8.sub("\N{REPLACEMENT CHARACTER}", clean(text))
    return _CALL.sub("\\g<0>\N{ZERO WIDTH SPACE}", text)
