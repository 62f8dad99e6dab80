"""A local stand-in for the services that channels send to, which enforces their rules.

    python tests/fakes/server.py [PORT]     serve on 127.0.0.1 and print the address

The rules are data, in services.json, whose `conventions` say how to read it: a further service is
a further entry there, with the words of `match` that it needs added to MATCH below. Each request
and its answer are kept at GET /_log; POST /_control and POST /_reset steer it.
"""

import json
import re
import sys
import time
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qs, unquote, urlsplit

import jsonschema

SERVICES = json.loads((Path(__file__).parent / "services.json").read_text())["services"]
UNKNOWN = (404, {}, "no such path in the fake")


def walk(document, path):
    """Return the values at a path such as $.a[*].b; missing ones are left out."""
    values = [document]
    for part in re.findall(r"[^.\[\]]+|\[\*\]", path[1:]):
        if part == "[*]":
            values = [item for value in values if isinstance(value, list) for item in value]
        else:
            values = [v[part] for v in values if isinstance(v, dict) and part in v]
    return values


def texts_in(value):
    """Return each text below a key `text`, as Slack's blocks have them at any depth."""
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from texts_in(item)


def is_empty(value):
    return value in (None, "", []) or (isinstance(value, str) and not value.strip())


@dataclass
class Request:
    method: str
    path: str  # after the service's prefix
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
                    return json.loads(fields[inside][0]), True
            except (ValueError, KeyError):
                return None, False
        return None, False

    @property
    def body(self):
        return self.decoded[0]

    @cached_property
    def faults(self):
        """Return the places where the body breaks the schema, as slash paths."""
        errors = jsonschema.Draft202012Validator(self.endpoint["schema"]).iter_errors(self.body)
        return ["/".join(map(str, error.absolute_path)) for error in errors]


def _slack_unescaped(request):
    bare = re.compile(r"&(?!(amp|lt|gt);)|<(?![@#!]|https?:|mailto:)")
    return any(bare.search(text) for text in texts_in(request.body))


CUSTOM = {"slack_unescaped": _slack_unescaped}


def _matches_parameters(request, wanted):
    return all(re.search(p, request.parameters.get(n) or "") for n, p in wanted.items())


def _is_longer(request, limit):
    return any(
        isinstance(t, str) and len(t) > limit["max"] for t in walk(request.body, limit["path"])
    )


def _is_longer_in_all(request, limit):
    texts = [text for path in limit["paths"] for text in walk(request.body, path)]
    return sum(len(text) for text in texts if isinstance(text, str)) > limit["max"]


MATCH = {
    "absent": lambda r, paths: all(is_empty(v) for path in paths for v in walk(r.body, path)),
    "custom": lambda r, name: CUSTOM[name](r),
    "max_chars": _is_longer,
    "schema_at": lambda r, place: any(re.search(place, fault) for fault in r.faults),
    "sum_chars": _is_longer_in_all,
}


def matches(request, wanted):
    """Say if all words of a `match` hold. What looks at the body needs one that was decoded."""
    for word, value in wanted.items():
        if word == "param":
            holds = _matches_parameters(request, value)
        elif word == "undecodable":
            holds = not request.decoded[1]
        else:
            holds = request.decoded[1] and MATCH[word](request, value)
        if not holds:
            return False
    return True


class Fakes:
    """All services, their log and what tests told them."""

    def __init__(self):
        self.lock = Lock()
        self.reset()

    def reset(self):
        self.log, self.next, self.rates, self.buckets = [], {}, set(), {}
        self.delays, self.ahead = {}, 0.0

    def now(self):
        return time.time() + self.ahead

    def control(self, order):
        service = order.get("service")
        with self.lock:
            self.next.setdefault(service, []).extend(order.get("next", []))
            if "rate_on" in order:
                (self.rates.add if order["rate_on"] else self.rates.discard)(service)
            self.delays[service] = order.get("delay_s", self.delays.get(service, 0))
            self.ahead += order.get("clock_add_s", 0)

    def answer(self, method, target, headers, raw):
        """Return (status, headers, body, notes); body None: the connection is dropped."""
        path = unquote(urlsplit(target).path)
        for name, service in SERVICES.items():
            if path.startswith(service["prefix"] + "/"):
                request = Request(method, path.removeprefix(service["prefix"]), headers, raw)
                return self._note(name, request, self._answer_of(name, service, request))
        return UNKNOWN

    def _answer_of(self, name, service, request):
        for endpoint in service["endpoints"]:
            found = re.search(endpoint["path"], request.path)
            if found and endpoint["method"] in (request.method, "*"):
                request.endpoint, request.parameters = endpoint, found.groupdict()
                return self._forced(name) or self._ruled(name, request)
        return *UNKNOWN, ["unknown"]

    def _forced(self, name):
        with self.lock:
            waiting = self.next.get(name)
            order = waiting.pop(0) if waiting else None
        if order is None:
            return None
        time.sleep(order.get("delay_s", 0))
        body = None if order.get("drop") else order.get("body", "")
        return order.get("status", 500), order.get("headers", {}), body, ["forced"]

    def _ruled(self, name, request):
        endpoint = request.endpoint
        if name in self.rates and self._is_over_rate(name, request):
            rule = endpoint["rate"]
            headers = {k: self._fill(v, request) for k, v in rule.get("headers", {}).items()}
            return rule["status"], headers, rule["body"], ["rate"]
        for error in endpoint["errors"]:
            if matches(request, error["match"]):
                notes = [f"error: {error['when']}"]
                return error["status"], error.get("headers", {}), error["body"], notes
        warnings = [
            one["id"]
            for one in endpoint.get("warnings", [])
            if matches(request, {word: v for word, v in one.items() if word != "id"})
        ]
        good = endpoint["success"]
        return good["status"], good.get("headers", {}), good["body"], warnings

    def _is_over_rate(self, name, request):
        rule, now = request.endpoint["rate"], self.now()
        key, speed = (name, request.path), rule["limit"] / rule["window_s"]
        with self.lock:
            tokens, at = self.buckets.get(key, (rule["burst"], now))
            tokens = min(rule["burst"], tokens + (now - at) * speed)
            over = tokens < 1
            self.buckets[key] = (tokens if over else tokens - 1, now)
        request.wait = (1 - tokens) / speed if over else 0
        return over

    def _fill(self, template, request):
        return template.replace("{{rate.wait}}", f"{request.wait:.3f}")

    def _note(self, name, request, answer):
        status, headers, body, notes = answer
        time.sleep(self.delays.get(name, 0))
        decoded = request.body if request.endpoint else None
        with self.lock:
            self.log.append(
                {
                    "t": self.now(),
                    "service": name,
                    "path": request.path,
                    "headers": request.headers,
                    "body": decoded,
                    "status": status,
                    "notes": notes,
                }
            )
        return status, headers, body


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fakes = Fakes()

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.path == "/_log":
            self.say(200, {}, json.dumps(self.fakes.log))
        elif self.path == "/_reset":
            self.fakes.reset()
            self.say(200, {}, "")
        elif self.path == "/_control":
            self.fakes.control(json.loads(raw))
            self.say(200, {}, "")
        else:
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.say(*self.fakes.answer(self.command, self.path, headers, raw))

    do_GET = do_PUT = do_PATCH = do_DELETE = do_POST  # noqa: N815  # http.server's names

    def say(self, status, headers, body):
        if body is None:
            self.close_connection = True
            return
        content = body.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        try:
            self.end_headers()
            self.wfile.write(content)
        except ConnectionError:  # who asked was killed
            self.close_connection = True

    def log_message(self, *_):
        """Keep the tests' output clean."""


def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
