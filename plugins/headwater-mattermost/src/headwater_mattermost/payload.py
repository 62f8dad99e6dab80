"""What Mattermost is sent: what it takes for markup and its limits are as in its server's code."""

import re

from headwater.api import Message
from headwater.api.texts import clean, cut, field_lines, markdown, markdown_link, one_line
from headwater.api.tones import COLOURS, SIGNS, tone_of
from headwater_mattermost.settings import MattermostSettings

# Characters. The server cuts an attachment without a mark where the message is too large for it.
LONGEST_TEXT = 12_000
LONGEST_PLAIN_TEXT = 4000  # what servers with an old database take without splitting it
LONGEST_TITLE = 300
NOBODY = "Headwater"
OPEN = "Open in Headwater"
_NOTHING = "\u200b"  # which no reader sees, and after which a name is none
_AT = re.compile(r"https?://\S+|@")
_ENTITY = re.compile(r"&(?=#?\w+;)")


def compose(message: Message, settings: MattermostSettings) -> dict[str, object]:
    """Return the payload: one attachment, with the tone's colour."""
    title = _title(message, settings)
    attachment = {
        "fallback": title.replace("@", f"@{_NOTHING}"),
        "color": COLOURS[tone_of(message, settings.notify_type)],
        "text": _text(message, f"**{fit(title, LONGEST_TITLE)}**", LONGEST_TEXT),
    }
    return {**_frame(settings), "attachments": [attachment]}


def compose_plainly(message: Message, settings: MattermostSettings) -> dict[str, object]:
    """Return the least that says all, for servers that refuse the attachment."""
    title = fit(_title(message, settings), LONGEST_TITLE)
    return {**_frame(settings), "text": _text(message, title, LONGEST_PLAIN_TEXT)}


def fit(text: str, most: int) -> str:
    """Return *text* so that Mattermost shows it as it is and calls nobody."""
    return cut(text, most, escape=_escape)


def _escape(text: str) -> str:
    # `<address|label>` and `<!channel>` are Slack's forms, which the server translates first.
    shown = _ENTITY.sub("&amp;", markdown(text)).replace("<", "&lt;")
    return _AT.sub(_disarm, shown)


def _disarm(found: re.Match[str]) -> str:
    """Return an @ that calls nobody: `@channel` would, even within an address."""
    return f"@{_NOTHING}" if found[0] == "@" else found[0].replace("@", "%40")


def _title(message: Message, settings: MattermostSettings) -> str:
    sign = f"{SIGNS[tone_of(message, settings.notify_type)]} " if settings.include_image else ""
    return sign + cut(one_line(clean(message.title)) or NOBODY, LONGEST_TITLE // 2)


def _text(message: Message, title: str, most: int) -> str:
    fields = field_lines(message.fields, most // 3, fit)
    link = markdown_link(OPEN, message.link.replace("@", "%40"))
    around = [part for part in (title, fields, link) if part]
    room = most - sum(map(len, around)) - 2 * len(around)
    body = fit(clean(message.body).strip("\n"), room)
    return "\n\n".join(part for part in (title, body, fields, link) if part.strip())


def _frame(settings: MattermostSettings) -> dict[str, object]:
    return {"username": settings.botname} if settings.botname else {}
