"""Looks into documents of JSON."""

import re


def walk(document, path):
    """Return the values at a path such as $.a[*].b; missing ones are left out."""
    values = [document]
    for part in re.findall(r"[^.\[\]]+|\[\*\]", path[1:]):
        if part == "[*]":
            values = [item for value in values if isinstance(value, list) for item in value]
        else:
            values = [v[part] for v in values if isinstance(v, dict) and part in v]
    return values


def parts_of(value):
    """Return each object at any depth, such as the elements of a card."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from parts_of(item)


def texts_in(value):
    """Return each text below a key `text`, as Slack's blocks have them at any depth."""
    return [part["text"] for part in parts_of(value) if isinstance(part.get("text"), str)]


def is_empty(value):
    return value in (None, "", []) or (isinstance(value, str) and not value.strip())
