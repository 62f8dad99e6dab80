"""A call of a webhook, as templates see it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

FORM = "application/x-www-form-urlencoded"
# No template is shown who called with what right.
HIDDEN = frozenset({"authorization", "cookie", "proxy-authorization"})


class Headers(dict[str, str]):
    """Headers by their names, in any case."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__((name.lower(), value) for name, value in pairs)

    def __missing__(self, name: str) -> str:
        lower = str(name).lower()
        if lower == name:
            raise KeyError(name)
        return self[lower]

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(str(name).lower(), default)


@dataclass(frozen=True)
class Call:
    method: str
    headers: Headers
    query: Mapping[str, str]
    content: bytes

    @property
    def shown_headers(self) -> Headers:
        return Headers((name, value) for name, value in self.headers.items() if name not in HIDDEN)

    @property
    def media_type(self) -> str:
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()

    @cached_property
    def body(self) -> Any:
        """The fields of a form, what JSON says, whatever it calls itself, or else the text."""
        text = self.content.decode("utf-8", "replace")
        # curl calls all that it is given a form, unless it is told what it is.
        if self.media_type == FORM and not text.lstrip().startswith(("{", "[")):
            return dict(parse_qsl(text, keep_blank_values=True))
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
