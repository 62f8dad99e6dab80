"""Hides a channel's secrets in what is kept of an attempt: services echo what they were sent."""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import quote, quote_plus

from pydantic import BaseModel, Secret, SecretBytes, SecretStr

from headwater.texts import show

MASK = "********"
SHORTEST_PART = 8  # characters; shorter parts of a URL are no secrets
SHORTEST = 4  # of any secret; a header that is `1` would hide each 1 there is
LONGEST = 4000  # characters kept of an answer


def mask(text: str, secrets: Iterable[str]) -> str:
    """Return *text* without any of *secrets*, nor the parts of those that are URLs.

    They are found as they are, and as requests have them and services write them.
    """
    if len(text) < SHORTEST:  # such as `ok`, as which most answers are: no form is as short
        return _shown(text)
    hidden = {form for secret in secrets for part in _parts(secret) for form in _forms(part)}
    for part in sorted(hidden, key=len, reverse=True):
        text = text.replace(part, MASK)
    return _shown(text)


def _shown(text: str) -> str:
    kept: str = show(text)
    return kept


def secrets_of(value: object) -> Iterator[str]:
    """Return each secret text in a channel's settings."""
    if isinstance(value, SecretStr | SecretBytes | Secret):
        yield from _texts(value.get_secret_value())
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from secrets_of(getattr(value, name))
    elif isinstance(value, dict):
        yield from secrets_of(list(value.values()))
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from secrets_of(item)


def _texts(value: object) -> Iterator[str]:
    """Return all that one secret holds, as text."""
    if isinstance(value, str):
        yield from [value] if value else []  # a field that was left empty hides nothing
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield json.dumps(value)
    elif isinstance(value, bytes):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _parts(secret: str) -> Iterator[str]:
    if len(secret) >= SHORTEST:
        yield secret
    if "://" in secret:
        # By hand, since urlsplit refuses some of what users type.
        place, _, query = secret.partition("://")[2].partition("#")[0].partition("?")
        login, at, _ = place.partition("@")
        path = [part for part in place.split("/")[1:] if not _is_word(part)]
        values = query.replace("&", "=").split("=")
        for part in (*path, *values, *(login.split(":") if at else ())):
            if len(part) >= SHORTEST_PART:
                yield part


def _forms(part: str) -> Iterator[str]:
    yield part
    in_json = [json.dumps(part, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)]
    yield from (*in_json, *(form.replace("/", "\\/") for form in in_json))
    yield from (quote(part, safe=kept, errors="replace") for kept in ("", "/"))
    yield quote_plus(part, errors="replace")
    yield escape(part)
    yield from _within_base64(part.encode(errors="replace"))


def _within_base64(part: bytes) -> Iterator[str]:
    """Return what *part* is within a longer text in base64, such as a user's name and password.

    That depends on how many bytes stand before it; signs that it shares with others are left out.
    """
    for before in range(3):
        first, end = -(-before * 8 // 6), (before + len(part)) * 8 // 6
        yield b64encode(bytes(before) + part)[first:end].decode()


def _is_word(part: str) -> bool:
    return part.isalpha() and part.islower()  # `services`, `webhooks`
