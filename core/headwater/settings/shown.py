"""How values are shown to people: as they would write them, and without secrets."""

import re
from collections.abc import Collection
from datetime import timedelta

from pydantic import SecretStr

from headwater.settings.names import PREFIX

MASK = "********"
_USERINFO = re.compile(r"(://[^:@/?]*):.*@", re.DOTALL)  # to the last @: a password may hold any
_QUERY = re.compile(r"([?&][^=&]*(?:passw|secret|token|pwd)[^=&]*=)[^&]*", re.IGNORECASE)


def masked_url(url: str) -> str:
    """Return *url* without its passwords; all of what is no URL is taken for a secret."""
    if "://" not in url:
        return MASK
    return _QUERY.sub(rf"\g<1>{MASK}", _USERINFO.sub(rf"\g<1>:{MASK}@", url))


def masked(name: str, text: str, secrets: Collection[str]) -> str:
    """Return the *text* of the setting or field *name* without what is secret in it."""
    if not text:
        return text
    if name.lower().endswith("_url"):
        return masked_url(text)
    return MASK if name.lower().removeprefix(PREFIX.lower()) in secrets else text


def as_text(value: object) -> str:
    """Return *value* as one would write it in the environment, secrets included."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    if isinstance(value, frozenset):
        return ",".join(sorted(value))
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
