"""What a mail says, as text and as HTML, whatever it is sent with."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import getaddresses
from hashlib import sha256
from html import escape
from typing import Annotated

from pydantic import AfterValidator

from headwater.notifications.channels import Message
from headwater.notifications.rules.cutting import cut, cut_fields, is_link, one_line
from headwater.notifications.rules.wording import clean

LONGEST_SUBJECT = 200  # characters; services take more, but nobody reads it
LONGEST_BODY = 50_000  # a page that Gmail shows whole has 102 kB
LONGEST_FIELD = 2000
MOST_FIELDS = 50
LONGEST_LINK = 2000
OPEN = "Open in Headwater"
_INDENT = re.compile(r"^ {1,40}", re.MULTILINE)
_UNFIT_FOR_IDS = re.compile(r"[^A-Za-z0-9-]+")


def _check_address(text: str) -> str:
    found = getaddresses([text])
    if len(found) != 1 or not re.fullmatch(r"[^\s<>@,;]+@[^\s<>@,;]+", found[0][1]):
        raise ValueError("is no e-mail address")
    return text


# `ops@example.com`, or `The operators <ops@example.com>`.
EmailAddress = Annotated[str, AfterValidator(_check_address)]


@dataclass(frozen=True)
class Address:
    email: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


def address_of(text: EmailAddress) -> Address:
    """Return the parts of an address that was checked."""
    ((name, address),) = getaddresses([text])
    return Address(address, name)


def unique(addresses: Iterable[Address]) -> list[Address]:
    """Return each address once, whatever its case: who is there twice wants no two mails."""
    found: dict[str, Address] = {}
    for each in addresses:
        found.setdefault(each.email.lower(), each)
    return list(found.values())


def message_id(key: str, domain: str) -> str:
    """Return the id of a mail: the same at each attempt, so that a repeat may be known for one."""
    return f"<{_UNFIT_FOR_IDS.sub('-', key)}@{domain}>"


def thread_id(message: Message, domain: str) -> str:
    """Return the id of a root that was never sent, which all that is told of one thing shares."""
    digest = sha256(message.dedup_key.encode(errors="replace")).hexdigest()
    return f"<{digest[:32]}@{domain}>"


def subject(message: Message) -> str:
    """Return one line, which brings no further header along."""
    return cut(one_line(clean(message.title)), LONGEST_SUBJECT) or "Headwater"


def plain(message: Message) -> str:
    """Return all there is to say as text."""
    fields = "\n".join(f"{name}: {value}" for name, value in _fields(message))
    title = one_line(clean(message.title))
    link = message.link if is_link(message.link, LONGEST_LINK) else ""
    parts = (cut(title, LONGEST_FIELD), _body(message), fields, link)
    return "\n\n".join(part for part in parts if part) or "Headwater"


def html(message: Message, colour: str) -> str:
    """Return a page without styles of its own, of which mail programs keep those in tags alone."""
    title = escape(cut(one_line(clean(message.title)), LONGEST_FIELD))
    rows = "".join(
        f'<tr><td style="padding:2px 16px 2px 0;color:#57606a">{escape(name)}</td>'
        f"<td>{_lines(value)}</td></tr>"
        for name, value in _fields(message)
    )
    return (
        '<!DOCTYPE html><html><body style="font-family:sans-serif;font-size:14px;color:#1f2328">'
        f'<div style="border-left:4px solid {colour};padding:4px 16px">'
        f'<h2 style="font-size:18px;margin:0 0 12px">{title}</h2>'
        f"<p>{_lines(_body(message))}</p>"
        f"{f'<table>{rows}</table>' if rows else ''}{_button(message)}</div></body></html>"
    )


def _body(message: Message) -> str:
    return cut(clean(message.body).strip(), LONGEST_BODY)


def _fields(message: Message) -> Iterator[tuple[str, str]]:
    for name, value in cut_fields(message.fields, MOST_FIELDS).items():
        yield cut(one_line(clean(name)), LONGEST_FIELD), cut(clean(value), LONGEST_FIELD)


def _lines(text: str) -> str:
    # Not by a style, which some programs pass over: tracebacks are told by where lines begin.
    indented = _INDENT.sub(lambda found: "&nbsp;" * len(found[0]), escape(text))
    return indented.replace("\n", "<br>\n")


def _button(message: Message) -> str:
    if not is_link(message.link, LONGEST_LINK):
        return ""
    style = "color:#ffffff;background:#2f6fde;padding:8px 16px;text-decoration:none"
    return f'<p><a href="{escape(message.link)}" style="{style}">{OPEN}</a></p>'
