"""Telephone numbers: as users write them, as Twilio takes them, as others may see them."""

import re
from typing import Annotated

from pydantic import AfterValidator

WHATSAPP = "whatsapp:"
_BETWEEN = re.compile(r"[\s().\-/]")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")  # E.164
_SHORT_CODE = re.compile(r"\d{5,6}")
_SENDER_ID = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_ANY_NUMBER = re.compile(r"\+?\d{7,15}")


def normalise(text: str) -> str:
    """Return a number as `+18001234567`; raise ValueError for what is none."""
    channel, _, rest = text.strip().rpartition(":")
    digits = _BETWEEN.sub("", rest)
    number = digits if digits.startswith("+") else f"+{digits}"
    prefix = f"{channel.strip().lower()}:" if channel else ""
    if prefix not in ("", WHATSAPP) or not _NUMBER.fullmatch(number):
        raise ValueError("is no telephone number with its country, such as +18001234567")
    return prefix + number


def normalise_sender(text: str) -> str:
    """Return what messages come from: a number, a short code, or a name of up to 11 letters."""
    sender = text.strip()
    if _SENDER_ID.fullmatch(sender) or _SHORT_CODE.fullmatch(sender):
        return sender
    return normalise(sender)


def mask(text: str) -> str:
    """Return *text* with no telephone number whole: `+1800***2424`."""
    return _ANY_NUMBER.sub(lambda found: f"{found[0][:5]}***{found[0][-4:]}", text)


Number = Annotated[str, AfterValidator(normalise)]
Sender = Annotated[str, AfterValidator(normalise_sender)]
