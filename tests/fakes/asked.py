"""What a fake service was asked, and whether that is what the words of a `match` say."""

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qs

import jsonschema
from checks import CHECKS
from documents import is_empty, walk


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


def _has_header(request, wanted):
    value = request.headers.get(wanted["name"], "")
    if "is" in wanted:
        return re.search(wanted["is"], value) is not None
    return re.search(wanted["not"], value) is None


def _has_all(found, wanted):
    return all(re.search(pattern, found.get(name) or "") for name, pattern in wanted.items())


def _is_longer(request, limit):
    texts = [text for text in walk(request.body, limit["path"]) if isinstance(text, str)]
    if limit.get("unit") == "utf8":
        return any(len(text.encode()) > limit["max"] for text in texts)
    return any(len(text) > limit["max"] for text in texts)


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
    "custom": lambda r, name: CHECKS[name](r),
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
