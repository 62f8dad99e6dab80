"""The kinds of values that settings have, and what of them is refused with which words."""

import json
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator


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


Home = Annotated[Path, AfterValidator(absolute)]
HttpUrl = Annotated[str, AfterValidator(_url)]
PathPrefix = Annotated[str, AfterValidator(_path_prefix)]
PluginIds = Annotated[
    frozenset[Annotated[str, AfterValidator(_plugin_id)]], BeforeValidator(_split)
]
Level = Annotated[LogLevel, BeforeValidator(_upper)]
