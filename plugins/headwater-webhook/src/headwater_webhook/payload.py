"""What a webhook is sent: its address, its body and its headers, each escaped for its place."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from headwater.api import DeliveryError, Kind, Message
from headwater.api.http import basic_login
from headwater.api.templates import render
from headwater.api.texts import clean, cut, cut_fields
from headwater_webhook.placeholders import fill, fill_text, names_in
from headwater_webhook.settings import OLD_NAMES, WebhookSettings, revealed

VERSION = 1  # of the payload that is sent where none was written
LONGEST_BODY = 16_000  # characters in it: Standard Webhooks advise against more than 20 kB
LONGEST_FIELD = 2000
MOST_FIELDS = 50
# Characters of texts in a Jinja template, of which `tojson` may make twelve times as many.
LONGEST_IN_TEMPLATE = {"body": 6000, "link": 2000}
LONGEST_OTHER = 300  # of those, and of a name of a field
LONGEST_FIELDS = 1500  # of those together
LONGEST_IN_ADDRESS = 2000  # characters of a text there, percent-encoded, or in a header
WITHOUT_BODY = frozenset({"DELETE", "GET", "HEAD", "OPTIONS"})  # unless one was written
_STATUSES = {
    Kind.PROBLEM: "firing",
    Kind.RECOVERY: "resolved",
    Kind.NEWS: "info",
    Kind.TEST: "test",
}
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_IS_JSON = re.compile(r"application/(json|[\w.+-]+\+json)\s*(;|$)", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Values:
    """What templates are filled with: what the message says, and the user's secrets."""

    said: Mapping[str, Any]
    secrets: Mapping[str, Any]

    @property
    def all(self) -> dict[str, Any]:
        """By name. The clients' own three come before secrets so named, and these before ours."""
        old = {name: self.said[name] for name in OLD_NAMES}
        return {**self.said, **self.secrets, **old}

    @property
    def short(self) -> "Values":
        """As much as addresses and headers hold."""
        said = {
            name: cut(str(v), LONGEST_IN_ADDRESS, size=_quoted) for name, v in self.said.items()
        }
        return Values(said, self.secrets)

    @property
    def quoted(self) -> "Values":
        """As parts of a URL. A secret may be a whole one, so that it stays as it is."""
        said = {name: quote(value, safe="") for name, value in self.short.said.items()}
        return Values(said, self.secrets)


def values_of(settings: WebhookSettings, message: Message, id_: str, happened: str) -> Values:
    body = message.body
    shows_link = any(name == "link" for _, name in settings.placeholders())
    if message.link and not shows_link and message.link not in body:
        body = f"{body}\n\n{message.link}"  # whatever was told by the clients' own block had one
    said = {
        "name": settings.name,
        "subject": message.title,
        "body": body,
        "title": message.title,
        "link": message.link,
        "kind": str(message.kind),
        "severity": str(message.severity),
        "status": _STATUSES[message.kind],
        "dedup_key": message.dedup_key,
        "id": id_,
        "happened": happened,
    }
    return Values(said, settings.secrets.get_secret_value())


def url_of(settings: WebhookSettings, values: Values) -> str:
    url = settings.url.get_secret_value()
    if any(names_in(url)):
        url = fill_text(url, values.quoted.all)
    if not settings.params:
        return url
    address, _, _ = url.partition("#")
    sign = "&" if "?" in address else "?"
    params = fill(settings.params, values.short.all)
    return f"{address}{sign}{urlencode(params, errors='replace')}"


def content_of(
    settings: WebhookSettings, message: Message, values: Values
) -> tuple[bytes | None, str | None]:
    """Return the body and its content type, None where there is none."""
    if settings.json_data is not None:
        return _as_json(fill(settings.json_data, values.all)), _JSON
    if isinstance(settings.form_data, str):
        return _encode(fill_text(settings.form_data, values.all)), None
    if settings.form_data is not None:
        filled = fill(settings.form_data, values.all)
        return urlencode(filled, errors="replace").encode(), _FORM
    if settings.body_template is not None:
        return _render(settings, message, values), settings.content_type
    if settings.method.upper() in WITHOUT_BODY:
        return None, None
    return _as_json(_compose(message, values)), _JSON


def headers_of(settings: WebhookSettings, values: Values) -> dict[str, str]:
    """Return what the user wants sent along; what HTTP does not carry is replaced."""
    headers: dict[str, str] = {}
    short = values.short.all if settings.cookies or settings.headers else {}
    if settings.bearer_token:
        headers["Authorization"] = f"Bearer {settings.bearer_token.get_secret_value()}"
    if settings.username is not None:
        password = settings.password.get_secret_value() if settings.password else ""
        headers |= basic_login(settings.username, password)
    if settings.cookies:
        cookies = fill(revealed(settings.cookies), short)
        headers["Cookie"] = "; ".join(
            f"{name}={str(value).replace(';', '')}" for name, value in cookies.items()
        )
    headers |= fill(revealed(settings.headers or {}), short)
    return {name: _as_header(str(value)) for name, value in headers.items()}


def _compose(message: Message, values: Values) -> dict[str, Any]:
    """Return the payload of Standard Webhooks: type, timestamp and data."""
    fields = cut_fields(message.fields, MOST_FIELDS)
    return {
        "type": f"notification.{message.kind}",
        "timestamp": values.said["happened"],
        "data": {
            "version": VERSION,
            **{name: values.said[name] for name in ("id", "status", "severity", "dedup_key")},
            "title": cut(clean(message.title), LONGEST_FIELD),
            "body": cut(clean(message.body), LONGEST_BODY),
            "fields": {
                cut(name, LONGEST_FIELD): cut(value, LONGEST_FIELD)
                for name, value in fields.items()
            },
            "url": cut(message.link, LONGEST_FIELD),
        },
    }


def _render(settings: WebhookSettings, message: Message, values: Values) -> bytes:
    said = {
        name: cut(str(text), LONGEST_IN_TEMPLATE.get(name, LONGEST_OTHER))
        for name, text in values.said.items()
    }
    more = {"fields": dict(_few(message.fields)), "secrets": dict(values.secrets)}
    try:
        text = render(settings.body_template or "", {**said, **more})
        if _IS_JSON.match(settings.content_type):
            json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DeliveryError(f"the body template: {error}", permanent=True) from None
    return _encode(text)


def _few(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    left = LONGEST_FIELDS
    for name, value in fields.items():
        name, value = cut(name, LONGEST_OTHER), cut(value, LONGEST_FIELDS - LONGEST_OTHER)
        left -= len(name) + len(value)
        if left < 0:
            return
        yield name, value


def _quoted(text: str) -> int:
    return len(quote(text, safe=""))


def _as_json(value: Any) -> bytes:
    return _encode(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _encode(text: str) -> bytes:
    return text.encode(errors="replace")


def _as_header(text: str) -> str:
    return _CONTROLS.sub(" ", text).encode("latin-1", "replace").decode("latin-1").strip()
