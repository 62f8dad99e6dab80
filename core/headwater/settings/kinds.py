"""The kinds of values that settings have, and what of them is refused with which words."""

import json
import re
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

# The X-Forwarded-... headers that a proxy may set, those first that most set.
FORWARDED = ("for", "proto", "host", "port", "prefix")


class LogLevel(StrEnum):
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"


def absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _url(value: str) -> str:
    if not re.match(r"https?://[^/\s]+", value):
        raise ValueError("a URL must begin with http:// or https:// and a host")
    return value.rstrip("/")


def _path_prefix(value: str) -> str:
    inner = value.strip("/")
    if not re.fullmatch(r"[\w.~/-]*", inner):
        raise ValueError("a path prefix looks like /headwater")
    return f"/{inner}" if inner else ""


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _split(value: object) -> object:
    """Take a JSON list, or names between commas."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError('a list looks like a,b or ["a", "b"]') from None
    return [item.strip() for item in value.split(",") if item.strip()]


def _plugin_id(value: str) -> str:
    if not re.fullmatch("[a-z0-9]+", value):
        raise ValueError(f"{value!r} is no plugin's id: those are lower-case letters and digits")
    return value


def check_login(value: str) -> None:
    """Raise ValueError, which does not tell the value, unless browsers can be asked for it."""
    user, colon, password = value.partition(":")
    if not (user and colon and password) or not value.isprintable():
        raise ValueError("it looks like user:password")


def _origin(value: str) -> str:
    """Take an origin as browsers write it, or `*` for all."""
    if value == "*":
        return value
    if not re.fullmatch(r"https?://[^/\s?#@*]+/?", value, re.IGNORECASE):
        raise ValueError(f"{value!r} is no origin: those look like https://flows.example, or *")
    return value.rstrip("/").lower()


def _proxies(value: object) -> object:
    """Return counts as `for=1,host=1`, from those or from one number for what most proxies set."""
    text = str(value).strip()
    if text.isdecimal():
        return ",".join(f"{name}={int(text)}" for name in FORWARDED[:3]) if int(text) else ""
    counts = [part.partition("=") for part in text.replace(" ", "").split(",") if part]
    if any(name not in FORWARDED or not count.isdecimal() for name, _, count in counts):
        known = ", ".join(FORWARDED)
        raise ValueError(f"a number of proxies, or the number for each of {known}: for=2,proto=1")
    return ",".join(f"{name}={int(count)}" for name, _, count in counts)


def proxy_counts(proxies: str) -> dict[str, int]:
    """Return how many proxies set each X-Forwarded-... header, by the end of its name."""
    counts = (part.partition("=") for part in proxies.split(",") if part)
    return {name: int(count) for name, _, count in counts}


def _seconds(value: object) -> object:
    """Take a number of seconds that is written as text; what else is text says its units."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


Home = Annotated[Path, AfterValidator(absolute)]
HttpUrl = Annotated[str, AfterValidator(_url)]
PathPrefix = Annotated[str, AfterValidator(_path_prefix)]
Origins = Annotated[frozenset[Annotated[str, AfterValidator(_origin)]], BeforeValidator(_split)]
Proxies = Annotated[str, BeforeValidator(_proxies)]
PluginIds = Annotated[
    frozenset[Annotated[str, AfterValidator(_plugin_id)]], BeforeValidator(_split)
]
Period = Annotated[
    timedelta,
    BeforeValidator(_seconds),
    Field(gt=timedelta(0), le=timedelta(days=36_500)),
]
Level = Annotated[LogLevel, BeforeValidator(_upper)]
