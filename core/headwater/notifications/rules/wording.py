"""Makes users' texts fit to be shown: without what is not to be seen, without Markdown."""

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from headwater.notifications.channels import Message
from headwater.notifications.rules.cutting import cut_fields, is_link, one_line

# What people read of a message's fields: lines, and characters of a name and of a value.
MOST_LINES = 25
LONGEST_NAME = 100
LONGEST_VALUE = 1000
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Terminals' colours, which loggers leave in tracebacks, and what shows as nothing or as a box.
_UNSEEN = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_MARKDOWN = (
    r"(?P<address>https?://[^\s<>]+)"
    r"|(?P<number>^[ \t]*\d+)(?=[.)])"  # of a list
    r"|(?P<blank>^[ \t]*)(?P<start>[-+#>])"  # of a list, a heading or a quotation
    r"|[\\`*_~|\[\]]"
)


def clean(text: str) -> str:
    """Return *text* with line ends of one kind, and without control characters."""
    return _UNSEEN.sub("", _LINE_ENDS.sub("\n", text))


def body_and_fields(message: Message, most_fields: int) -> str:
    """Return what *message* says below its title as plain text, a line for each field."""
    fields = cut_fields(message.fields, most_fields)
    lines = [f"{one_line(clean(name))}: {clean(value).strip()}" for name, value in fields.items()]
    return "\n\n".join(filter(None, (clean(message.body).strip(), "\n".join(lines))))


def field_lines(fields: Mapping[str, str], room: int, fit: Callable[[str, int], str]) -> str:
    """Return the fields as Markdown, each on a line, in *room* characters.

    Where some are left out, a further line says how many. *fit* makes a text safe to be shown, in
    so many characters.
    """
    lines: list[str] = []
    room -= len(f"… and {len(fields)} more") + 1
    for name, value in fields.items():
        label = fit(one_line(clean(name)), min(LONGEST_NAME, room // 4)) or "-"
        line = f"**{label}:** {fit(one_line(clean(value)), min(LONGEST_VALUE, room // 2))}"
        room -= len(line) + 1
        if room < 0 or len(lines) == MOST_LINES:
            return "\n".join([*lines, f"… and {len(fields) - len(lines)} more"])
        lines.append(line)
    return "\n".join(lines)


def markdown(text: str, also: str = "") -> str:
    """Return *text* so that Markdown shows it as it is; addresses stay, and become links.

    *also* is a regular expression of what else the service takes for markup.
    """
    special = f"{_MARKDOWN}|{also}" if also else _MARKDOWN
    return re.sub(special, _escape, text, flags=re.MULTILINE)


def as_json(value: object) -> str:
    """Return JSON for people to read."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def markdown_link(label: str, address: str, longest: int = 2000) -> str:
    """Return the link as Markdown has it, "" where services would not take *address* as one."""
    # Without round brackets, which end it.
    safe = quote(address, safe="/:?#[]@!$&'*+,;=%-._~", errors="replace")
    return f"[{label}]({safe})" if is_link(safe, longest) else ""


def _escape(found: re.Match[str]) -> str:
    if found["address"]:
        return found[0]
    if found["number"]:
        return f"{found[0]}\\"
    if found["start"]:
        return f"{found['blank']}\\{found['start']}"
    return f"\\{found[0]}"
