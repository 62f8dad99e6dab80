"""What Discord is sent: its limits are those of its documentation."""

from collections.abc import Iterator

from headwater.api import Kind, Message
from headwater.api.texts import clean, cut, is_link, markdown, markdown_link, one_line, utf16
from headwater.api.tones import COLOURS, SIGNS, tone_of
from headwater_discord.settings import DiscordSettings

LONGEST_CONTENT = 2000
LONGEST_TITLE = 256
LONGEST_DESCRIPTION = 4096
LONGEST_NAME = 256
LONGEST_VALUE = 1024
MOST_FIELDS = 25
LARGEST_EMBED = 6000  # characters of all its texts
LONGEST_THREAD = 100
MOST_CALLED = 30  # users, and as many roles: their mentions leave room for a title
SHORT_VALUE = 40  # characters that stand beside another field
NOTHING, MARK = "-", "…"
NOBODY = "Headwater"  # a title where there is none: an empty message is refused
OPEN = "Open in Headwater"
# Mentions, times and emoji in angle brackets; emoji by name.
_ALSO = r"<|:(?=[A-Za-z_]\w*:)"


def compose(message: Message, settings: DiscordSettings) -> dict[str, object]:
    """Return the payload: an embed with the tone's colour, and a content only to call or speak."""
    tone = tone_of(message, settings.notify_type)
    sign = f"{SIGNS[tone]} " if settings.include_image else ""
    title = sign + fit(_title(message), LONGEST_TITLE - utf16(sign))
    # As the embed's own, an address within one's network may be refused, and all with it.
    link = markdown_link(OPEN, message.link)
    end = f"\n\n{link}" if link else ""
    body = fit(clean(message.body).strip(), LONGEST_DESCRIPTION - utf16(end))
    description = (body + end).strip()
    embed = {
        "title": title,
        "description": description,
        "color": int(COLOURS[tone].removeprefix("#"), 16),
        "fields": list(_fields(message, LARGEST_EMBED - utf16(title) - utf16(description))),
    }
    content = " ".join([*_mentions(message, settings), *([title] if settings.tts else [])])
    return {**_frame(message, settings), "content": content, "embeds": [embed]}


def compose_plainly(message: Message, settings: DiscordSettings) -> dict[str, object]:
    """Return the least that says all, for when the embed is refused."""
    calls = " ".join(_mentions(message, settings))
    link = f"\n{message.link}" if is_link(message.link, LONGEST_CONTENT // 2) else ""
    said = f"{_title(message)}\n{clean(message.body).strip()}".strip()
    room = LONGEST_CONTENT - utf16(link) - len(calls) - 1
    return {**_frame(message, settings), "content": f"{calls}\n{fit(said, room)}{link}".strip()}


def fit(text: str, most: int) -> str:
    """Return *text* so that Discord shows it as it is, in at most *most* characters."""
    return cut(text, most, size=utf16, escape=_escape)


def _title(message: Message) -> str:
    return one_line(clean(message.title)) or NOBODY


def _escape(text: str) -> str:
    return markdown(text, _ALSO)


def _frame(message: Message, settings: DiscordSettings) -> dict[str, object]:
    calls = _is_call(message)
    frame: dict[str, object] = {
        "tts": settings.tts,
        # Nobody whom the text happens to name.
        "allowed_mentions": {
            "parse": [],
            "users": settings.mention_users[:MOST_CALLED] if calls else [],
            "roles": settings.mention_roles[:MOST_CALLED] if calls else [],
        },
    }
    if settings.username:
        frame["username"] = settings.username
    if settings.avatar_url and is_link(settings.avatar_url, LONGEST_CONTENT):
        frame["avatar_url"] = settings.avatar_url
    thread = one_line(settings.thread_name or "")
    if thread and not settings.thread_id:  # which together are refused
        frame["thread_name"] = cut(thread, LONGEST_THREAD, size=utf16)
    return frame


def _is_call(message: Message) -> bool:
    return message.kind is Kind.PROBLEM


def _mentions(message: Message, settings: DiscordSettings) -> list[str]:
    if not _is_call(message):
        return []
    users = [f"<@{number}>" for number in settings.mention_users[:MOST_CALLED]]
    return [*users, *(f"<@&{number}>" for number in settings.mention_roles[:MOST_CALLED])]


def _fields(message: Message, room: int) -> Iterator[dict[str, object]]:
    """Return as many fields as fit into *room* characters. Neither part of one may be empty."""
    rest = len(message.fields)
    room -= len(f"{MARK}{rest} more")
    for count, (name, value) in enumerate(message.fields.items(), 1):
        head = fit(one_line(clean(name)) or NOTHING, LONGEST_NAME)
        text = fit(clean(value).strip() or NOTHING, LONGEST_VALUE)
        room -= utf16(head) + utf16(text)
        if room < 0 or (count == MOST_FIELDS and rest > 1):
            yield {"name": MARK, "value": f"{rest} more", "inline": False}
            return
        rest -= 1
        yield {"name": head, "value": text, "inline": len(text) < SHORT_VALUE}
