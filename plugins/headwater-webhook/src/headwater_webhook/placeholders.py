"""Fills `{{ name }}` in texts, lists and mappings, as the clients' own block does."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_PLACEHOLDER = re.compile(r"{{\s*([\w.\-\[\]$]+)\s*}}")


def names_in(template: Any) -> Iterator[str]:
    """Return the names that a template asks for, at any depth."""
    if isinstance(template, str):
        yield from _PLACEHOLDER.findall(template)
    elif isinstance(template, Mapping):
        yield from names_in(list(template.values()))
    elif isinstance(template, list):
        for item in template:
            yield from names_in(item)


def fill(template: Any, values: Mapping[str, Any]) -> Any:
    """Return *template* filled. A text that is one placeholder becomes the value, be it no text.

    What the values hold is never looked into.
    """
    if isinstance(template, str):
        whole = _PLACEHOLDER.fullmatch(template)
        return values[whole[1]] if whole else fill_text(template, values)
    if isinstance(template, Mapping):
        return {key: fill(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [fill(item, values) for item in template]
    return template


def fill_text(template: str, values: Mapping[str, Any], change: Callable[[str], str] = str) -> str:
    """Return a text filled with the values as *change* makes them."""
    return _PLACEHOLDER.sub(lambda found: change(str(values[found[1]])), template)
