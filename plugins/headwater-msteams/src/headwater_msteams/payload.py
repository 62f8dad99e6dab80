"""What Teams is sent: an Adaptive Card, within the size that Microsoft's documentation names.

All texts are runs of rich text blocks, which have no Markdown. A block is one line: in a text
block a single line end is swallowed.
"""

import json
from collections.abc import Iterator

from headwater.api import Message
from headwater.api.texts import clean, cut, is_link, one_line
from headwater.api.tones import SIGNS, Tone, tone_of
from headwater_msteams.settings import TeamsSettings

LARGEST = 26 * 1024  # bytes; the limit is 28 KB, of which Teams' own frame takes some
# Bytes of each text as JSON.
LARGEST_TITLE = 1500
LARGEST_SUMMARY = 500
LARGEST_NAME = 300
LARGEST_VALUE = 2000
LARGEST_FIELDS = 8000
LARGEST_LINK = 2000
MOST_LINES = 150
NOBODY, MARK = "Headwater", "…"
OPEN = "Open in Headwater"
STYLES = {
    Tone.GOOD: "good",
    Tone.NEUTRAL: "accent",
    Tone.WARNING: "warning",
    Tone.BAD: "attention",
}

Element = dict[str, object]


def compose(message: Message, settings: TeamsSettings) -> dict[str, object]:
    """Return the payload: as much of the body as there is room for beside all else."""
    tone = tone_of(message, settings.notify_type)
    sign = f"{SIGNS[tone]} " if settings.include_image else ""
    title = sign + fit(one_line(clean(message.title)) or NOBODY, LARGEST_TITLE)
    head: Element = {
        "type": "Container",
        "style": STYLES[tone],
        "bleed": True,
        "items": [_line(_run(title, weight="Bolder", size="Medium"))],
    }
    facts = list(_facts(message, LARGEST_FIELDS))
    bare = _frame(title, [head, *facts], message.link)
    body = list(_body(clean(message.body), LARGEST - size_of(bare)))
    return _frame(title, [head, *body, *facts], message.link)


def fit(text: str, most: int) -> str:
    """Return *text* in at most *most* bytes as JSON, without the quotation marks."""
    return cut(text, most, size=_text_size)


def size_of(value: object) -> int:
    """Return the bytes that *value* takes on its way."""
    return len(json.dumps(value))


def _text_size(text: str) -> int:
    return size_of(text) - 2


def _frame(title: str, body: list[Element], link: str) -> dict[str, object]:
    card: Element = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "fallbackText": fit(title, LARGEST_SUMMARY),
        "body": body,
    }
    if is_link(link, LARGEST_LINK) and _text_size(link) <= LARGEST_LINK:
        card["actions"] = [{"type": "Action.OpenUrl", "title": OPEN, "url": link}]
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    summary = fit(title, LARGEST_SUMMARY)  # for the list of news
    return {"type": "message", "summary": summary, "attachments": [attachment]}


def _body(text: str, room: int) -> Iterator[Element]:
    """Return the lines as blocks, in *room* bytes. Empty lines are a distance between others."""
    room -= size_of(_line(_run(MARK))) + 2
    apart, lines = True, text.strip("\n").split("\n")
    for count, line in enumerate(lines, 1):
        if not line.strip():
            apart = True
            continue
        left = room - size_of(_line(_run(""), apart=apart)) - 2
        if count > MOST_LINES or left <= 0:
            yield _line(_run(MARK))
            return
        shown = fit(_indented(line), left)
        block = _line(_run(shown), apart=apart)
        yield block
        if shown.endswith(MARK) and not line.endswith(MARK):
            return
        room -= size_of(block) + 2
        apart = False


def _facts(message: Message, room: int) -> Iterator[Element]:
    """Return the fields, a line each: as many as fit, with a mark where some are left out."""
    for count, (name, value) in enumerate(message.fields.items()):
        label = fit(one_line(clean(name)), LARGEST_NAME) or "-"
        said = fit(one_line(clean(value)), LARGEST_VALUE)
        block = _line(_run(f"{label}: ", weight="Bolder"), _run(said or "-"), apart=not count)
        room -= size_of(block) + 2
        if room < 0:
            yield _line(_run(MARK))
            return
        yield block


def _indented(line: str) -> str:
    """Return the line so that the blanks which it begins with are seen, as of a traceback."""
    text = line.expandtabs(4).rstrip()
    rest = text.lstrip(" ")
    return "\N{NO-BREAK SPACE}" * min(len(text) - len(rest), 40) + rest


def _line(*runs: Element, apart: bool = False) -> Element:
    return {"type": "RichTextBlock", "spacing": "Medium" if apart else "None", "inlines": [*runs]}


def _run(text: str, **look: str) -> Element:
    return {"type": "TextRun", "text": text, **look}
