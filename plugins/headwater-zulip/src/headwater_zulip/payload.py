"""What Zulip is sent: what it takes for markup is as in its server's code."""

import re

from headwater.api import Message
from headwater.api.texts import clean, cut, field_lines, markdown_link, one_line
from headwater.api.tones import SIGNS, tone_of

LONGEST_CONTENT = 10_000  # characters; the server cuts what is longer, in the middle of anything
LONGEST_TITLE = 500
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
    fields = field_lines(message.fields, LONGEST_CONTENT // 3, fit)
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
