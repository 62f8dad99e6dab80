"""Hides a channel's secrets in what is kept of an attempt: services echo what they were sent."""

from collections.abc import Iterable, Iterator

from pydantic import BaseModel, Secret, SecretBytes, SecretStr

from headwater.texts import show

MASK = "********"
SHORTEST_PART = 8  # characters; shorter parts of a URL are no secrets
SHORTEST = 4  # of any secret; a header that is `1` would hide each 1 there is
LONGEST = 4000  # characters kept of an answer


def mask(text: str, secrets: Iterable[str]) -> str:
    """Return *text* without any of *secrets*, nor the parts of those that are URLs."""
    hidden = {part for secret in secrets for part in _parts(secret)}
    for part in sorted(hidden, key=len, reverse=True):
        text = text.replace(part, MASK)
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
    """Return all text in what one secret holds."""
    if isinstance(value, str):
        yield from [value] if value else []  # a field that was left empty hides nothing
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


def _is_word(part: str) -> bool:
    return part.isalpha() and part.islower()  # `services`, `webhooks`
