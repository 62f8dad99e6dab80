"""What a fake service was asked, and whether that is what the words of a `match` say."""

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qs

import jsonschema
from checks import CHECKS


def walk(document, path):
    """Return the values at a path such as $.a[*].b; missing ones are left out."""
    values = [document]
    for part in re.findall(r"[^.\[\]]+|\[\*\]", path[1:]):
        if part == "[*]":
            values = [item for value in values if isinstance(value, list) for item in value]
        else:
            values = [v[part] for v in values if isinstance(v, dict) and part in v]
    return values


@dataclass
class Request:
    method: str
    path: str  # after the service's prefix
    query: dict
    headers: dict
    raw: bytes
    endpoint: dict = None
    parameters: dict = field(default_factory=dict)
    wait: float = 0.0

    @cached_property
    def decoded(self):
        """Return (body, whether it could be decoded)."""
        kind = self.headers.get("content-type", "").split(";")[0].strip().lower()
        for form in self.endpoint["decode"]:
            name, _, inside = form.partition(":")
            try:
                if name == "json" and kind in ("application/json", "") and self.raw:
                    return json.loads(self.raw), True
                if name == "form" and kind == "application/x-www-form-urlencoded":
                    fields = parse_qs(self.raw.decode(), keep_blank_values=True)
                    if inside:
                        return json.loads(fields[inside][0]), True
                    return {name: value[-1] for name, value in fields.items()}, True
                if name == "raw":
                    return self.raw.decode("latin-1"), True
                if name == "empty" and not self.raw:
                    return {}, True
            except (ValueError, KeyError):
                continue
        if self.endpoint["decode"] == ["form"]:
            return {}, True  # which sees no fields in what is no form
        return None, False

    @property
    def body(self):
        return self.decoded[0]

    @cached_property
    def faults(self):
        """Return (slash path, words) of each place where the body breaks the schema."""
        errors = jsonschema.Draft202012Validator(self.endpoint["schema"]).iter_errors(self.body)
        return [("/".join(map(str, error.absolute_path)), error.message) for error in errors]


def texts_in(value):
    """Return each text below a key `text`, as Slack's blocks have them at any depth."""
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from texts_in(item)


def parts_of(value):
    """Return each object at any depth, such as the elements of a card."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from parts_of(item)


def is_empty(value):
    return value in (None, "", []) or (isinstance(value, str) and not value.strip())


def _slack_unescaped(request):
    bare = re.compile(r"&(?!(amp|lt|gt);)|<(?![@#!]|https?:|mailto:)")
    return any(bare.search(text) for text in texts_in(request.body))


def _opsgenie_unescaped(request):
    texts = [text for path in ("$.message", "$.description") for text in walk(request.body, path)]
    return any(re.search(r"&(?!(amp|lt|gt);)|[<>]", text) for text in texts)


def _discord_mentions(request):
    wanted = request.body.get("allowed_mentions") or {}
    return any(wanted.get(kind) and kind in wanted.get("parse", ()) for kind in ("users", "roles"))


def _discord_username(request):
    name = request.body.get("username")
    return isinstance(name, str) and bool(len(name) > 80 or re.search("clyde|discord", name, re.I))


def _mattermost_has(request, pattern):
    texts = walk(request.body, "$.text") + walk(request.body, "$.attachments[*].text")
    return any(re.search(pattern, text) for text in texts)


def _mattermost_priority(request):
    priority = request.body.get("priority")
    return isinstance(priority, dict) and not priority.get("priority")


def _card_has(request, kind, pattern):
    texts = [part["text"] for part in parts_of(request.body) if part.get("type") == kind]
    return any(re.search(pattern, text) for text in texts)


def _teams_newlines(request):
    """Say if a line end is lost: a single one in a text block, any in a run."""
    alone = r"(?<!\n)\n(?!\n)"
    return _card_has(request, "TextBlock", alone) or _card_has(request, "TextRun", r"\n")


def _teams_unwrapped(request):
    blocks = (part for part in parts_of(request.body) if part.get("type") == "TextBlock")
    return any(not block.get("wrap") for block in blocks)


CUSTOM = {
    **CHECKS,
    "discord_mentions_conflict": _discord_mentions,
    "discord_username": _discord_username,
    "mm_mentions": lambda request: _mattermost_has(request, r"@\w|<!"),
    "mm_priority": _mattermost_priority,
    "mm_slack_links": lambda request: _mattermost_has(request, r"<[^\n<|>]+\|[^|\n>]+>"),
    "og_identifier_type": lambda request: request.query.get("identifierType") != "alias",
    "og_unescaped": _opsgenie_unescaped,
    "slack_unescaped": _slack_unescaped,
    "teams_markdown": lambda request: _card_has(request, "TextBlock", r"[*_\[\]`]"),
    "teams_newlines": _teams_newlines,
    "teams_wrap": _teams_unwrapped,
}


def _has_header(request, wanted):
    value = request.headers.get(wanted["name"], "")
    if "is" in wanted:
        return re.search(wanted["is"], value) is not None
    return re.search(wanted["not"], value) is None


def _has_all(found, wanted):
    return all(re.search(pattern, found.get(name) or "") for name, pattern in wanted.items())


def _is_longer(request, limit):
    return any(
        isinstance(t, str) and len(t) > limit["max"] for t in walk(request.body, limit["path"])
    )


def _is_longer_as_json(request, limit):
    values = walk(request.body, limit["path"])
    return any(len(json.dumps(value, ensure_ascii=False)) > limit["max"] for value in values)


def _is_longer_in_all(request, limit):
    texts = [text for path in limit["paths"] for text in walk(request.body, path)]
    return sum(len(text) for text in texts if isinstance(text, str)) > limit["max"]


def _has_value(request, wanted):
    return any(re.search(wanted["is"], str(v)) for v in walk(request.body, wanted["path"]))


def _has_other_value(request, wanted):
    values = walk(request.body, wanted["path"]) or [""]
    return not all(re.search(wanted["is"], str(value)) for value in values)


# What the words of a `match` mean, beside those that look at the body.
MATCH = {
    "content_type_not": lambda r, form: not re.search(form, r.headers.get("content-type", "")),
    "header": _has_header,
    "max_bytes": lambda r, most: len(r.raw) > most,
    "no_query": lambda r, name: name not in r.query,
    "param": lambda r, wanted: _has_all(r.parameters, wanted),
    "query": lambda r, wanted: _has_all(r.query, wanted),
    "query_not": lambda r, wanted: not _has_all(r.query, wanted),
    "param_not": lambda r, wanted: not _has_all(r.parameters, wanted),
    "undecodable": lambda r, _: not r.decoded[1],
}
MATCH_BODY = {
    "absent": lambda r, paths: all(is_empty(v) for path in paths for v in walk(r.body, path)),
    "custom": lambda r, name: CUSTOM[name](r),
    "json_chars": _is_longer_as_json,
    "max_chars": _is_longer,
    "present": lambda r, path: bool(walk(r.body, path)),
    "schema_at": lambda r, place: any(re.search(place, fault) for fault, _ in r.faults),
    "sum_chars": _is_longer_in_all,
    "value": _has_value,
    "value_not": _has_other_value,
}


def matches(request, wanted):
    """Say if all words of a `match` hold. What looks at the body needs one that was decoded."""
    for word, value in wanted.items():
        if word in MATCH:
            holds = MATCH[word](request, value)
        else:
            holds = request.decoded[1] and MATCH_BODY[word](request, value)
        if not holds:
            return False
    return True
