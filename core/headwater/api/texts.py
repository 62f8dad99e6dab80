"""For channels: texts brought to the form and the limits of a service."""

from headwater.notifications.rules.cutting import cut, cut_fields, is_link, one_line, utf16
from headwater.notifications.rules.wording import (
    as_json,
    body_and_fields,
    clean,
    field_lines,
    markdown,
    markdown_link,
)

__all__ = [
    "as_json",
    "body_and_fields",
    "clean",
    "cut",
    "cut_fields",
    "field_lines",
    "is_link",
    "markdown",
    "markdown_link",
    "one_line",
    "utf16",
]
