"""What SendGrid is sent: its limits are those of its documentation of /v3/mail/send."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import Any

from headwater.api import Message
from headwater.api.texts import clean, cut, cut_fields, is_link, one_line
from headwater.api.tones import COLOURS, tone_of

MOST_RECIPIENTS = 1000  # of a request
LONGEST_SUBJECT = 200  # characters; SendGrid takes more, but nobody reads it
LONGEST_BODY = 50_000  # a page that Gmail shows whole has 102 kB
LONGEST_FIELD = 2000
MOST_FIELDS = 50
LONGEST_LINK = 2000
OPEN = "Open in Headwater"
_INDENT = re.compile(r"^ {1,40}", re.MULTILINE)
_UNFIT_FOR_IDS = re.compile(r"[^A-Za-z0-9-]+")
# What it does with a mail unless it is told not to: links are led past its servers, an image
# counts readers, and a line at the end unsubscribes them.
_UNTRACKED = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": {"enable": False},
    "subscription_tracking": {"enable": False},
}


@dataclass(frozen=True)
class Address:
    email: str
    name: str = ""

    def as_json(self) -> dict[str, str]:
        return {"email": self.email} | ({"name": one_line(self.name)} if self.name else {})


def compose(
    message: Message,
    key: str,
    *,
    sender: Address,
    recipients: Sequence[Address],
    reply_to: Address | None = None,
    notify_type: str = "info",
) -> dict[str, Any]:
    """Return one request that mails each recipient apart, so that none sees the others."""
    domain = sender.email.rpartition("@")[2]
    thread = f"<{sha256(message.dedup_key.encode(errors='replace')).hexdigest()[:32]}@{domain}>"
    content = {
        "text/plain": _plain(message),
        "text/html": _html(message, COLOURS[tone_of(message, notify_type)]),
    }
    return {
        "personalizations": [{"to": [each.as_json()]} for each in _unique(recipients)],
        "from": sender.as_json(),
        **({"reply_to": reply_to.as_json()} if reply_to else {}),
        "subject": cut(one_line(clean(message.title)), LONGEST_SUBJECT) or "Headwater",
        "content": [{"type": kind, "value": text} for kind, text in content.items()],
        # All that is told of one thing shares a root that was never sent: a thread of its own.
        "headers": {
            "Message-ID": f"<{_UNFIT_FOR_IDS.sub('-', key)}@{domain}>",
            "In-Reply-To": thread,
            "References": thread,
            "Auto-Submitted": "auto-generated",
        },
        "custom_args": {"headwater_delivery": key},
        "tracking_settings": _UNTRACKED,
    }


def _unique(recipients: Iterable[Address]) -> list[Address]:
    """Return each address once, whatever its case: who is there twice wants no two mails."""
    unique: dict[str, Address] = {}
    for each in recipients:
        unique.setdefault(each.email.lower(), each)
    return list(unique.values())


def _body(message: Message) -> str:
    return cut(clean(message.body).strip(), LONGEST_BODY)


def _fields(message: Message) -> Iterator[tuple[str, str]]:
    for name, value in cut_fields(message.fields, MOST_FIELDS).items():
        yield cut(one_line(clean(name)), LONGEST_FIELD), cut(clean(value), LONGEST_FIELD)


def _plain(message: Message) -> str:
    fields = "\n".join(f"{name}: {value}" for name, value in _fields(message))
    title = one_line(clean(message.title))
    link = message.link if is_link(message.link, LONGEST_LINK) else ""
    parts = (cut(title, LONGEST_FIELD), _body(message), fields, link)
    return "\n\n".join(part for part in parts if part) or "Headwater"


def _html(message: Message, colour: str) -> str:
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


def _lines(text: str) -> str:
    # Not by a style, which some programs pass over: tracebacks are told by where lines begin.
    indented = _INDENT.sub(lambda found: "&nbsp;" * len(found[0]), escape(text))
    return indented.replace("\n", "<br>\n")


def _button(message: Message) -> str:
    if not is_link(message.link, LONGEST_LINK):
        return ""
    style = "color:#ffffff;background:#2f6fde;padding:8px 16px;text-decoration:none"
    return f'<p><a href="{escape(message.link)}" style="{style}">{OPEN}</a></p>'
