"""A local stand-in for the services that channels send to, which enforces their rules.

    python tests/fakes/server.py [PORT]     serve on 127.0.0.1 and print the address

The rules are data, a file a service in services/; README.md says how to read them, and what steers
the server.
"""

import json
import re
import sys
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qsl, unquote, urlsplit

from asked import Request, matches
from filling import fill

SERVICES = {
    path.stem: json.loads(path.read_text())
    for path in sorted((Path(__file__).parent / "services").glob("*.json"))
}
UNKNOWN = (404, {}, "no such path in the fake")


class Fakes:
    """All services, their log and what tests told them."""

    def __init__(self):
        self.lock = Lock()
        self.reset()

    def reset(self):
        self.log, self.next, self.rates, self.buckets = [], {}, set(), {}
        self.delays, self.clock, self.alerts, self.seen = {}, 0.0, {}, {}

    def control(self, order):
        service = order.get("service")
        with self.lock:
            self.next.setdefault(service, []).extend(order.get("next", []))
            if "rate_on" in order:
                (self.rates.add if order["rate_on"] else self.rates.discard)(service)
            self.delays[service] = order.get("delay_s", self.delays.get(service, 0))
            self.clock += order.get("clock_add_s", 0)

    def answer(self, method, target, headers, raw):
        """Return (status, headers, body, notes); body None: the connection is dropped."""
        url = urlsplit(target)
        path, query = unquote(url.path), dict(parse_qsl(url.query, keep_blank_values=True))
        for name, service in SERVICES.items():
            if path.startswith(service["prefix"] + "/"):
                rest = path.removeprefix(service["prefix"])
                request = Request(method, rest, query, headers, raw)
                return self._note(name, request, self._answer_of(name, service, request))
        return UNKNOWN

    def _answer_of(self, name, service, request):
        for endpoint in service["endpoints"]:
            found = re.search(endpoint["path"], request.path)
            if found and endpoint["method"] in (request.method, "*"):
                request.endpoint, request.parameters = endpoint, found.groupdict()
                return self._forced(name) or self._once(name, request)
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

    def _once(self, name, request):
        """Answer a request whose key was seen as it was answered then."""
        key = fill(request.endpoint.get("once", ""), request)
        with self.lock:
            seen = self.seen.get((name, key)) if key else None
        if seen:
            return *seen, ["repeated"]
        answer = self._ruled(name, request)
        if key and answer[0] < 300:
            with self.lock:
                self.seen[name, key] = answer[:3]
        return answer

    def _ruled(self, name, request):
        endpoint = request.endpoint
        if name in self.rates and self._is_over_rate(name, request):
            return _say(endpoint["rate"], request, ["rate"])
        for error in endpoint["errors"]:
            if matches(request, error["match"]):
                return _say(error, request, [f"error: {error['when']}"])
        warnings = [
            one["id"]
            for one in endpoint.get("warnings", [])
            if matches(request, {word: v for word, v in one.items() if word != "id"})
        ]
        self._keep(name, request)
        for good in endpoint.get("success_if", []):
            if matches(request, {word: good[word] for word in ("query", "value") if word in good}):
                return _say(good, request, warnings)
        return _say(endpoint["success"], request, warnings)

    def _keep(self, name, request):
        """Open, count or close the alert that the request is about."""
        for rule in request.endpoint.get("alerts", []):
            if matches(request, rule.get("match", {})):
                key = fill(rule["key"], request)
                with self.lock:
                    alerts = self.alerts.setdefault(name, Counter())
                    if rule["do"] == "open":
                        alerts[key] += 1
                    else:
                        alerts.pop(key, None)

    def _is_over_rate(self, name, request):
        # Not the machine's time: on a slow one tests would never be too many.
        rule, now = request.endpoint["rate"], self.clock
        key, speed = (name, request.path), rule["limit"] / rule["window_s"]
        with self.lock:
            tokens, at = self.buckets.get(key, (rule["burst"], now))
            tokens = min(rule["burst"], tokens + (now - at) * speed)
            over = tokens < 1
            self.buckets[key] = (tokens if over else tokens - 1, now)
        request.wait = (1 - tokens) / speed if over else 0
        return over

    def _note(self, name, request, answer):
        status, headers, body, notes = answer
        time.sleep(self.delays.get(name, 0))
        decoded = request.body if request.endpoint else None
        with self.lock:
            self.log.append(
                {
                    "service": name,
                    "method": request.method,
                    "path": request.path,
                    "query": request.query,
                    "headers": request.headers,
                    "body": decoded,
                    "status": status,
                    "notes": notes,
                }
            )
        return status, headers, body


def _say(rule, request, notes):
    headers, body = (fill(rule.get(part, {}), request) for part in ("headers", "body"))
    body = "" if body is None else body
    if not isinstance(body, str):
        headers = {"content-type": "application/json", **headers}
        body = json.dumps(body)
    return int(fill(rule["status"], request)), headers, body, notes


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fakes = Fakes()

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.path == "/_log":
            self.say(200, {}, json.dumps(self.fakes.log))
        elif self.path == "/_open":
            self.say(200, {}, json.dumps(self.fakes.alerts))
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
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
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
