"""What a short message says: as much as fits into so many parts, each of which is paid for."""

from collections.abc import Callable

from headwater.notifications.channels import Message
from headwater.notifications.rules.cutting import cut, is_link, one_line, utf16
from headwater.notifications.rules.wording import clean

MOST_PARTS = 10  # which have less than the 1600 characters that services take
# 3GPP TS 23.038: the alphabet of the networks, and the signs of its extension, which count twice.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")
MARK, DOTS = "…", "..."  # `cut` leaves the one, which the networks' alphabet lacks
# Signs of typesetters, one of which would more than halve what a part holds.
_PLAIN = str.maketrans(
    {
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{SINGLE LOW-9 QUOTATION MARK}": "'",
        "\N{GRAVE ACCENT}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{DOUBLE LOW-9 QUOTATION MARK}": '"',
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{MINUS SIGN}": "-",
        "\N{BULLET}": "*",
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        "\N{ZERO WIDTH SPACE}": "",
        "\t": " ",
        MARK: DOTS,
    }
)


def compose(message: Message, most_parts: int) -> str:
    """Return title, body and link in so many parts. The link is whole, or left out."""
    title, body = one_line(clean(message.title)), clean(message.body).strip()
    said = "\n".join(part for part in (title, body) if part).translate(_PLAIN) or "Headwater"
    link = f"\n{message.link}" if is_link(message.link, 2000) else ""
    text = _fit(said, link, _room(160, 153, most_parts), septets, DOTS)
    # Only now, for what was cut off decides nothing.
    if all(sign in _BASIC or sign in _EXTENDED for sign in text):
        return text
    return _fit(said, link, _room(70, 67, most_parts), utf16, MARK)


def septets(text: str) -> int:
    """Return the size in the networks' alphabet, with the dots in place of a mark."""
    return len(text) + sum(2 if sign == MARK else sign in _EXTENDED for sign in text)


def _room(alone: int, each: int, parts: int) -> int:
    # A sign of two units is never spread over two parts, but goes into the later.
    return alone if parts == 1 else each * parts - (parts - 1)


def _fit(said: str, link: str, most: int, size: Callable[[str], int], mark: str) -> str:
    kept = link if size(link) <= most // 2 else ""
    return cut(said, most - size(kept), size=size).replace(MARK, mark) + kept
