"""What Zulip is sent: what it takes for markup is as in its server's code."""

import re

from headwater.api import Message
from headwater.api.texts import clean, cut, cut_fields, markdown_link, one_line
from headwater.api.tones import SIGNS, tone_of

LONGEST_CONTENT = 10_000  # characters; the server cuts what is longer, in the middle of anything
LONGEST_TITLE = 500
LONGEST_NAME = 300
LONGEST_VALUE = 1000
MOST_FIELDS = 25
NOBODY = "Headwater"
OPEN = "Open in Headwater"
# Zulip knows no backslash; entities it takes, once all markup was looked for.
_MARKUP = re.compile(
    r"(?P<address>https?://[^\s<>]+)"
    r"|[*`~@#$\[\]<>&|!]"
    r"|:(?=[\w+-]+:)"  # emoji by name
    r"|(?P<number>^[ \t]*\d+)\."  # of a list
    r"|^[ \t]*[-+](?=\s)"
    r"|^/(?=\w)",  # a command, such as /me
    re.MULTILINE,
)
_IN_ADDRESS = {ord(sign): f"%{ord(sign):02X}" for sign in "@*`$[]|~^"}


def compose(message: Message, notify_type: str = "info") -> str:
    """Return the content: title, body, fields and link."""
    sign = SIGNS[tone_of(message, notify_type)]
    title = f"{sign} **{fit(one_line(clean(message.title)) or NOBODY, LONGEST_TITLE)}**"
    link = markdown_link(OPEN, message.link.translate(_IN_ADDRESS))
    fields = _fields(message, LONGEST_CONTENT // 3)
    room = LONGEST_CONTENT - len(title) - len(fields) - len(link) - 6
    body = fit(clean(message.body).strip("\n"), room)
    return "\n\n".join(part for part in (title, body, fields, link) if part.strip())


def fit(text: str, most: int) -> str:
    """Return *text* in *most* characters, so that Zulip shows it as it is and calls nobody."""
    return cut(text, most, escape=_escape)


def _escape(text: str) -> str:
    return _MARKUP.sub(_write, text)


def _write(found: re.Match[str]) -> str:
    if found["address"]:
        return found[0].translate(_IN_ADDRESS)
    if found["number"]:
        return f"{found['number']}&#46;"
    before, sign = found[0][:-1], found[0][-1]
    return f"{before}&#{ord(sign)};"


def _fields(message: Message, room: int) -> str:
    """Return the fields, each on a line: as many as fit, with a mark where some are left out."""
    lines: list[str] = []
    room -= len(f"… and {len(message.fields)} more") + 1
    for name, value in cut_fields(message.fields, MOST_FIELDS).items():
        label = fit(one_line(clean(name)), min(LONGEST_NAME, room // 4)) or "-"
        line = f"**{label}:** {fit(one_line(clean(value)), min(LONGEST_VALUE, room // 2))}"
        room -= len(line) + 1
        if room < 0:
            return "\n".join([*lines, f"… and {len(message.fields) - len(lines)} more"])
        lines.append(line)
    return "\n".join(lines)
