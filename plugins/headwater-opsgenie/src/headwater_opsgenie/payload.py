"""What Opsgenie is sent: its limits are those of its documentation of the Alert API."""

import json
from hashlib import sha256
from html import escape
from uuid import UUID

from headwater.api import Kind, Message, Severity
from headwater.api.texts import cut, is_link, one_line, utf16
from headwater_opsgenie.settings import OpsgenieSettings

LONGEST_MESSAGE = 130  # characters, counted as in Java, which it is written in
LONGEST_DESCRIPTION = 15_000
LONGEST_NOTE = 25_000
LONGEST_ALIAS = 512
LONGEST_ENTITY = 512
LONGEST_TAG = 50
MOST_TAGS = 20
LONGEST_DETAILS = 8000  # of all names and values together
LONGEST_NAME = 100
LONGEST_DETAIL = 2000
LONGEST_LINK = 2000
SOURCE = "Headwater"
OPEN = "Open in Headwater"
LINK, MARK = "Link", "…"
PRIORITIES = {Severity.INFO: "P5", Severity.WARNING: "P3", Severity.ERROR: "P2"}
LEAST = "P5"

Alert = dict[str, object]


def compose(message: Message, settings: OpsgenieSettings) -> Alert:
    """Return what opens an alert, or is counted at the one of this alias that is open."""
    more = {
        "description": _description(message),
        "tags": [cut(tag, LONGEST_TAG, size=utf16) for tag in settings.tags or ()][:MOST_TAGS],
        "details": _details(message, settings),
        "entity": cut(settings.entity or "", LONGEST_ENTITY, size=utf16),
    }
    return {**compose_plainly(message, settings), **{k: v for k, v in more.items() if v}}


def compose_plainly(message: Message, settings: OpsgenieSettings) -> Alert:
    """Return the least that reaches the right people, for when more is refused."""
    said = one_line(message.title) or one_line(message.body) or SOURCE
    alert: Alert = {
        "message": cut(said, LONGEST_MESSAGE, size=utf16, escape=html),
        "alias": alias_of(message, settings),
        "priority": _priority(message, settings),
        "source": SOURCE,
    }
    responders = [_responder(kind, name) for kind, name in settings.targets()]
    return {**alert, "responders": responders} if responders else alert


def compose_note(message: Message) -> Alert:
    """Return what is written down when an alert is over."""
    said = "\n\n".join(part for part in (message.title.strip(), message.body.strip()) if part)
    note = cut(said, LONGEST_NOTE, size=utf16, escape=html)
    return {"source": SOURCE, "note": note or "It is over."}


def alias_of(message: Message, settings: OpsgenieSettings) -> str:
    """Return what Opsgenie knows the problem by. A test has its own, to close nothing else."""
    alias = message.dedup_key
    if settings.alias and message.kind is not Kind.TEST:
        alias = settings.alias
    if utf16(alias) <= LONGEST_ALIAS:
        return alias
    return sha256(alias.encode(errors="replace")).hexdigest()


def html(text: str) -> str:
    """Escape for Opsgenie, which shows messages and descriptions as HTML."""
    return escape(text, quote=False)


def _priority(message: Message, settings: OpsgenieSettings) -> str:
    if message.kind is Kind.TEST:
        return LEAST
    return settings.priority or PRIORITIES[message.severity]


def _description(message: Message) -> str:
    end = ""
    if is_link(message.link, LONGEST_LINK):
        end = f"\n\n{OPEN}: {html(message.link)}"
    room = LONGEST_DESCRIPTION - utf16(end)
    body = cut(message.body.strip(), room, size=utf16, escape=html)
    return f"{body}{end}".strip()


def _details(message: Message, settings: OpsgenieSettings) -> dict[str, str]:
    """Return what the settings say, then the link and the fields, as far as there is room.

    Where there is too little, the last says how many are left out.
    """
    link = {LINK: message.link} if is_link(message.link, LONGEST_LINK) else {}
    details = {**(settings.details or {}), **link, **message.fields}
    kept: dict[str, str] = {}
    left, room = 0, {MARK: f"{len(details)} more"}
    for name, value in details.items():
        shorter = {cut(name, LONGEST_NAME): cut(value, LONGEST_DETAIL, size=utf16)}
        if utf16(json.dumps(kept | shorter | room, ensure_ascii=False)) <= LONGEST_DETAILS:
            kept |= shorter
        else:
            left += 1
    return kept | ({MARK: f"{left} more"} if left else {})


def _responder(kind: str, name: str) -> dict[str, str]:
    try:
        UUID(name)
    except ValueError:
        return {"type": kind, "username" if kind == "user" else "name": name}
    return {"type": kind, "id": name}
