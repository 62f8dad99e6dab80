"""What machines wrote, as safe HTML: terminal colours become classes, addresses become links."""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

_COLOURS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_STYLES = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 9: "struck"}
_ENDS = {22: ("bold", "dim"), 23: ("italic",), 24: ("underline",), 29: ("struck",)}
# Colour and style; then other sequences of terminals, which mean nothing here: cursor moves,
# titles and links, and what is left of any.
_ESCAPE = re.compile(
    r"\x1b\[(?P<codes>[0-9;:]*)m"
    r"|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]|\x1b"
)
_URL = re.compile(r"https?://[^\s<>\"'`\x00-\x1f\u2028\u2029]+")
_CLOSERS = {")": "(", "]": "[", "}": "{"}


def render_text(text: str) -> Markup:
    """Return *text* with its colours and links; everything else in it is escaped."""
    pieces = [_render_piece(piece, styles) for piece, styles in _pieces(text)]
    return Markup("").join(pieces)


def plain(text: str) -> str:
    """Return *text* without what only terminals understand."""
    return _ESCAPE.sub("", text)


def _pieces(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Split at terminal sequences; yield each piece with the classes that hold for it."""
    styles: frozenset[str] = frozenset()
    start = 0
    for found in _ESCAPE.finditer(text):
        if found.start() > start:
            yield text[start : found.start()], styles
        if found["codes"] is not None:
            styles = _apply(styles, found["codes"])
        start = found.end()
    if start < len(text):
        yield text[start:], styles


def _apply(styles: frozenset[str], codes: str) -> frozenset[str]:
    numbers = iter([int(code) if code else 0 for code in re.split("[;:]", codes[:100])])
    now = set(styles)
    for number in numbers:
        if number == 0:
            now.clear()
        elif number in _STYLES:
            now.add(_STYLES[number])
        elif number in _ENDS:
            now.difference_update(_ENDS[number])
        elif 30 <= number <= 37 or 90 <= number <= 97:
            now = {style for style in now if style not in _COLOURS} | {_COLOURS[number % 10]}
        elif number in (38, 48):
            _skip_colour(numbers)
            now -= set(_COLOURS) if number == 38 else set()
        elif number == 39:
            now -= set(_COLOURS)
    return frozenset(now)


def _skip_colour(numbers: Iterator[int]) -> None:
    """Pass over a colour out of 256 or of millions, which no class stands for."""
    for _ in range({5: 1, 2: 3}.get(next(numbers, 0), 0)):
        next(numbers, None)


def _render_piece(piece: str, styles: frozenset[str]) -> Markup:
    linked = _link(_show_controls(piece))
    if not styles:
        return linked
    classes = " ".join(f"ansi-{style}" for style in sorted(styles))
    return Markup('<span class="{}">{}</span>').format(classes, linked)


def _show_controls(text: str) -> str:
    """Let a carriage return begin a line, as a progress bar's does, and show other controls."""
    if text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", lambda sign: chr(0x2400 + ord(sign[0])), text)


def _link(text: str) -> Markup:
    parts: list[Markup] = []
    start = 0
    for found in _URL.finditer(text):
        url = _without_end(found[0])
        parts.append(escape(text[start : found.start()]))
        parts.append(Markup('<a href="{0}" rel="noopener noreferrer">{0}</a>').format(url))
        start = found.start() + len(url)
    parts.append(escape(text[start:]))
    return Markup("").join(parts)


def _without_end(url: str) -> str:
    """Return the address without what belongs to the sentence around it."""
    while url:
        last = url[-1]
        opener = _CLOSERS.get(last)
        unbalanced = opener is not None and url.count(last) > url.count(opener)
        if last not in ".,;:!?*" and not unbalanced:
            break
        url = url[:-1]
    return url
