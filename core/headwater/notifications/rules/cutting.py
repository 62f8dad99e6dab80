"""Brings texts to the limits that services set, and never leaves half of what must be whole."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Mapping
from itertools import islice

MARK = "…"  # that something was cut off
_LINK = re.compile(r"https?://")
_WHOLE_LINK = re.compile(r"https?://\S+")
_ENTITY = re.compile(r"&#?\w{1,10};")
_LONGEST_ENTITY = 13
_LONGEST_CHARACTER = 32  # code points; what goes on for longer is no character but a prank
_JOINER = "\u200d"


def utf16(text: str) -> int:
    """Return the length as Java and JavaScript count it, which is never below any other count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(
    text: str,
    most: int,
    *,
    size: Callable[[str], int] = len,
    escape: Callable[[str], str] = str,
) -> str:
    """Return *text* in at most *most* units of *size*, ending with a mark if it was cut.

    What would be broken by the end is left out whole: a link, an HTML entity, and what is shown as
    one character but is several. The text is returned as *escape* makes it, which may only add to
    it: cut is what is escaped, so that no escape is broken.
    """
    if len(text) <= most and size(whole := escape(text)) <= most:
        return whole
    room = most - size(MARK)
    if room < 0:
        return ""
    lengths = range(1, min(len(text), room) + 1)
    end = bisect_right(lengths, room, key=lambda length: size(escape(text[:length])))
    end = _before_link(text, _before_entity(text, _between_characters(text, end)))
    return escape(text[:end]) + MARK


def cut_fields(fields: Mapping[str, str], most: int) -> dict[str, str]:
    """Return *most* fields at most; where there are more, the last says how many are left out."""
    if len(fields) <= most:
        return dict(fields)
    if most < 1:
        return {}
    kept = dict(islice(fields.items(), most - 1))
    return kept | {MARK: f"{len(fields) - len(kept)} more"}


def one_line(text: str) -> str:
    """Return *text* without line breaks and without white space twice over or at its ends."""
    return " ".join(text.split())


def is_link(address: str, most: int) -> bool:
    """Say if *address* is a link of at most *most* characters; services refuse what is none."""
    return len(address) <= most and _WHOLE_LINK.fullmatch(address) is not None


def _between_characters(text: str, end: int) -> int:
    first = max(0, end - _LONGEST_CHARACTER)
    for place in range(end, first, -1):
        if not _is_within_character(text, place):
            return place
    return end if first else 0


def _is_within_character(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    if after.isascii():
        return False
    if _is_flag_letter(before) and _is_flag_letter(after):  # two of them are one flag
        start = place
        while start and _is_flag_letter(text[start - 1]):
            start -= 1
        return (place - start) % 2 == 1
    return before == _JOINER or after == _JOINER or _is_added(after)


def _is_added(sign: str) -> bool:
    """Say if *sign* changes the one before it: an accent, a form, a skin tone, a region's tag."""
    return (
        unicodedata.category(sign).startswith("M")
        or "\U0001f3fb" <= sign <= "\U0001f3ff"
        or "\U000e0020" <= sign <= "\U000e007f"
    )


def _is_flag_letter(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"


def _before_entity(text: str, end: int) -> int:
    start = text.rfind("&", max(0, end - _LONGEST_ENTITY), end)
    entity = _ENTITY.match(text, start) if start >= 0 else None
    return start if entity and entity.end() > end else end


def _before_link(text: str, end: int) -> int:
    if not end or text[end].isspace():
        return end
    start = end
    while start and not text[start - 1].isspace():
        start -= 1
    link = _LINK.search(text, start, end)
    return link.start() if link else end
