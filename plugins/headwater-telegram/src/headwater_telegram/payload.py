"""What Telegram is sent: its limits are those of the Bot API's documentation."""

from collections.abc import Iterator
from html import escape
from urllib.parse import urlsplit

from headwater.api import Kind, Message
from headwater.api.texts import clean, cut, cut_fields, is_link, one_line, utf16
from headwater.api.tones import SIGNS, tone_of

LONGEST = 4096  # characters of what is seen, whatever the tags and entities take
LONGEST_TITLE = 256
LONGEST_FIELD = 256
LONGEST_LINK = 1000
MOST_FIELDS = 10
ROOM_FOR_FIELDS = 1500  # characters; the rest is the body's
OPEN = "Open in Headwater"


def compose(
    message: Message, chat_id: str, thread: int | None = None, silent: bool = False
) -> dict[str, object]:
    """Return the payload, in HTML: everything is cut as it is seen, and tagged afterwards."""
    title, fields, link = _title(message), _fields(message), _link(message)
    room = LONGEST - utf16(title) - utf16(fields) - utf16(OPEN) - utf16(link) - len("\n" * 8)
    body = cut(clean(message.body).strip(), room, size=utf16)
    parts = (f"<b>{quoted(title)}</b>", quoted(body), quoted(fields), _tagged(link))
    return {
        "chat_id": chat_id,
        "text": "\n\n".join(part for part in parts if part),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "disable_notification": silent and message.kind is not Kind.PROBLEM,
        **({"message_thread_id": thread} if thread else {}),
    }


def compose_plainly(message: Message, payload: dict[str, object]) -> dict[str, object]:
    """Return *payload* with the least that says all, for when its HTML is refused."""
    link = _link(message)
    end = f"\n\n{link}" if link else ""
    said = f"{_title(message)}\n\n{clean(message.body).strip()}".strip()
    text = cut(said, LONGEST - utf16(end), size=utf16) + end
    kept = {name: value for name, value in payload.items() if name != "parse_mode"}
    return {**kept, "text": text}


def quoted(text: str) -> str:
    """Escape for Telegram's HTML: these three and no other."""
    return escape(text, quote=False)


def _title(message: Message) -> str:
    title = cut(one_line(clean(message.title)), LONGEST_TITLE, size=utf16) or "Headwater"
    return f"{SIGNS[tone_of(message)]} {title}"


def _fields(message: Message) -> str:
    return cut("\n".join(_lines(message)), ROOM_FOR_FIELDS, size=utf16)


def _lines(message: Message) -> Iterator[str]:
    for name, value in cut_fields(message.fields, MOST_FIELDS).items():
        line = f"{one_line(clean(name))}: {clean(value).strip()}"
        yield cut(line, LONGEST_FIELD, size=utf16)


def _link(message: Message) -> str:
    return message.link if is_link(message.link, LONGEST_LINK) else ""


def _tagged(link: str) -> str:
    if not link:
        return ""
    try:
        host = urlsplit(link).hostname or ""
    except ValueError:
        host = ""
    # Links to names without a dot lead nowhere in Telegram: there people see the address itself.
    return f'<a href="{escape(link)}">{OPEN}</a>' if "." in host else quoted(link)
