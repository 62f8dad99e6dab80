"""What SNS is sent: its limits are those of the documentation of Publish."""

import json
import re
from hashlib import sha256

from headwater.api import Message
from headwater.api.sms import compose as compose_sms
from headwater.api.texts import body_and_fields, clean, cut, is_link, one_line, utf16

LARGEST = 256 * 1024  # bytes of a message, its attributes among them
ROOM_FOR_REST = 8 * 1024  # for the attributes, the short message and what JSON adds
LARGEST_PUSH = 3000  # bytes; the devices' services take 4 KB with all around it
LONGEST_SUBJECT = 99  # "less than 100 characters"
LONGEST_LINK = 2000
MOST_FIELDS = 50
_KEY = re.compile(r"[!-~]{1,128}")  # what ids of FIFO topics are made of
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")  # which a message must be fit for


def for_topic(message: Message, most_parts: int) -> dict[str, str]:
    """Return the fields for a topic: whoever subscribed by SMS gets a short message."""
    text = _text_of(message, LARGEST - ROOM_FOR_REST)
    short = _printable(compose_sms(message, most_parts))
    structure = json.dumps({"default": text, "sms": short}, ensure_ascii=False)
    return {
        "Message": structure,
        "MessageStructure": "json",
        "Subject": subject_of(message),
        **_attributes({"kind": message.kind, "severity": message.severity}),
    }


def for_fifo(message: Message, key: str) -> dict[str, str]:
    """Return the further fields for a FIFO topic: *key* is taken once in five minutes.

    A problem and its recovery are of one group, whose order is kept.
    """
    return {
        "MessageGroupId": sha256(message.dedup_key.encode(errors="replace")).hexdigest(),
        "MessageDeduplicationId": key
        if _KEY.fullmatch(key)
        else sha256(key.encode(errors="replace")).hexdigest(),
    }


def for_device(message: Message) -> dict[str, str]:
    return {"Message": _text_of(message, LARGEST_PUSH)}


def for_phone(message: Message, most_parts: int) -> dict[str, str]:
    text = _printable(compose_sms(message, most_parts))
    return {"Message": text, **_attributes({"AWS.SNS.SMS.SMSType": "Transactional"})}


def subject_of(message: Message) -> str:
    title = _printable(one_line(clean(message.title)))
    return cut(title, LONGEST_SUBJECT, size=utf16) or "Headwater"


def size_of(text: str) -> int:
    """Return the bytes that *text* takes within a message in JSON."""
    return len(json.dumps(text, ensure_ascii=False).encode())


def _text_of(message: Message, most: int) -> str:
    """Return all that is said. The link is whole, or left out."""
    link = f"\n\n{message.link}" if is_link(message.link, LONGEST_LINK) else ""
    link = _printable(link) if size_of(link) <= most // 2 else ""
    title = one_line(clean(message.title))
    said = "\n\n".join(filter(None, (title, body_and_fields(message, MOST_FIELDS))))
    said = _printable(said) or "Headwater"
    return cut(said, most - size_of(link), size=size_of) + link


def _printable(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _attributes(values: dict[str, str]) -> dict[str, str]:
    """Return attributes, by which subscriptions may be filtered."""
    fields = {}
    for number, (name, value) in enumerate(values.items(), 1):
        entry = f"MessageAttributes.entry.{number}"
        fields[f"{entry}.Name"] = name
        fields[f"{entry}.Value.DataType"] = "String"
        fields[f"{entry}.Value.StringValue"] = value
    return fields
