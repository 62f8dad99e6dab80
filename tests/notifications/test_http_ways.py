"""The guarded HTTP client's ways: methods, forms, headers, proxies."""

import socket
from http.server import BaseHTTPRequestHandler

import pytest
from pydantic import SecretStr

from headwater.errors import DeliveryError
from headwater.notifications.http import HttpClient
from tests.notifications.serving import serving

CLIENT = HttpClient(allow_private=True)


@pytest.fixture
def proxy():
    """The address of a proxy, and what it was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.command, self.path, self.headers.get("Proxy-Authorization")))
            self.send_response(200)
            self.end_headers()

        def do_CONNECT(self):
            asked.append((self.command, self.path, self.headers.get("Proxy-Authorization")))
            self.send_response(403)
            self.end_headers()

        def log_message(self, *_):
            """Keep the tests' output clean."""

    with serving(Handler) as port:
        yield f"http://me:s3cret@127.0.0.1:{port}", asked


@pytest.fixture
def heard():
    """The port of a service, and what it was sent: each time the first line and the headers."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append((self.requestline, self.headers.items()))
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.send_response(204)
            for value in ("one", "two"):
                self.send_header("X-Said", value)
            self.end_headers()

        def do_GET(self):
            self.do_POST()

        def do_DELETE(self):
            self.do_POST()

        def log_message(self, *_):
            """Keep the tests' output clean."""

    with serving(Handler) as port:
        yield port, seen


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("", "/"),
        ("?a=b c#d", "/?a=b%20c"),
        ("/é/%7e?q=ä", "/%C3%A9/~?q=%C3%A4"),
        ("/a/../b//c", "/b//c"),
    ],
)
def test_an_address_is_sent_as_http_takes_it(heard, path, sent):
    port, seen = heard
    CLIENT.request("post", SecretStr(f" HTTP://127.0.0.1:{port}{path}"))

    assert seen[0][0] == f"POST {sent} HTTP/1.1"


def test_a_login_within_the_address_beats_a_header_and_is_sent_to_no_other(heard):
    port, seen = heard
    headers = {"authorization": "Bearer x"}
    for login in ("me:s3cr%40t@", "", "you:@"):
        CLIENT.request("POST", SecretStr(f"http://{login}127.0.0.1:{port}/"), None, headers)

    logins = [value for _, sent in seen for name, value in sent if name.lower() == "authorization"]
    assert logins == ["Basic bWU6czNjckB0", "Bearer x", "Basic eW91Og=="]


def test_a_header_is_sent_once_as_it_was_given(heard):
    port, seen = heard
    given = {"user-agent": "mine", "Content-Length": "7", "X-A": "1", "x-a": "2"}
    CLIENT.request("POST", SecretStr(f"http://127.0.0.1:{port}/"), b"abc", given)

    sent = {name.lower(): value for name, value in seen[0][1]}
    assert len(sent) == len(seen[0][1])
    assert (sent["user-agent"], sent["content-length"], sent["x-a"]) == ("mine", "3", "2")
    assert sent["accept-encoding"] == "identity"


@pytest.mark.parametrize(("method", "length"), [("POST", "0"), ("DELETE", "0"), ("GET", None)])
def test_what_has_no_body_says_so_where_one_could_be(heard, method, length):
    port, seen = heard
    CLIENT.request(method, SecretStr(f"http://127.0.0.1:{port}/"))

    assert dict(seen[0][1]).get("Content-Length") == length


def test_a_header_that_an_answer_has_twice_has_both_values(heard):
    port, _ = heard

    answer = CLIENT.request("POST", SecretStr(f"http://127.0.0.1:{port}/"))
    assert answer.headers["x-said"] == "one, two"


def test_bytes_are_sent_as_they_are_by_any_method(slack):
    answer = CLIENT.request("PUT", SecretStr(slack.url), b"\xff\x00", {"X-A": "é"})

    (request,) = slack.requests
    assert (answer.status, request.method, request.content) == (200, "PUT", b"\xff\x00")
    assert request.headers["x-a"] == "é"


def test_fields_are_sent_as_a_form(slack):
    CLIENT.post_form(SecretStr(slack.url), {"a": "b&c é", "d": ""})

    assert slack.received == [{"a": "b&c é", "d": ""}]


def test_the_answer_has_its_headers(slack):
    slack.headers = {"X-RateLimit-Reset": "5"}

    assert CLIENT.post(SecretStr(slack.url), {}).headers["x-ratelimit-reset"] == "5"


@pytest.mark.parametrize(
    "headers", [{"X": "a\r\nY: secret"}, {"X": "secret🎉"}, {"X Y\n": "secret"}, {"X": " \nsecret"}]
)
def test_a_header_that_http_does_not_take_is_final(slack, headers):
    with pytest.raises(DeliveryError, match="a header has signs") as caught:
        CLIENT.post(SecretStr(slack.url), {}, headers)

    assert caught.value.permanent
    assert "secret" not in str(caught.value)
    assert slack.requests == []


def test_a_proxy_is_asked_for_the_whole_address(proxy):
    url, asked = proxy
    CLIENT.request("POST", SecretStr("http://name.invalid/x"), b"x", proxy=SecretStr(url))

    assert asked == [("POST", "http://name.invalid/x", "Basic bWU6czNjcmV0")]


def test_a_proxy_is_asked_for_a_tunnel_and_its_refusal_is_a_failure_for_now(proxy):
    url, asked = proxy
    with pytest.raises(DeliveryError, match="cannot reach the service: ProxyError") as caught:
        CLIENT.request("POST", SecretStr("https://name.invalid/x"), b"x", proxy=SecretStr(url))

    assert not caught.value.permanent
    assert "s3cret" not in str(caught.value)
    assert asked[0][:2] == ("CONNECT", "name.invalid:443")


@pytest.mark.parametrize(
    ("target", "allow_private"),
    [
        ("http://169.254.169.254/", True),
        ("https://[::ffff:169.254.169.254]/", True),
        ("http://10.0.0.1/", False),
    ],
)
def test_a_proxy_leads_to_no_address_that_is_known_to_be_forbidden(proxy, target, allow_private):
    url, asked = proxy
    client = HttpClient(allow_private=allow_private)

    with pytest.raises(DeliveryError, match="is not allowed"):
        client.request("POST", SecretStr(target), b"x", proxy=SecretStr(url))
    assert asked == []


def test_a_proxy_at_a_forbidden_address_is_not_used():
    proxy = SecretStr("http://169.254.169.254:80")
    with pytest.raises(DeliveryError, match=r"169\.254\.169\.254 is not allowed") as caught:
        CLIENT.request("POST", SecretStr("http://name.invalid/"), b"x", proxy=proxy)

    assert caught.value.permanent


def test_a_proxy_that_is_not_there_is_a_failure_for_now():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    proxy = SecretStr(f"http://127.0.0.1:{port}")

    with pytest.raises(DeliveryError, match="cannot reach the service: ") as caught:
        CLIENT.request("POST", SecretStr("http://name.invalid/"), b"x", proxy=proxy)
    assert not caught.value.permanent


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1", "nonsense://x", "http://[s3cret"])
def test_a_proxy_that_is_none_is_final(proxy):
    with pytest.raises(DeliveryError) as caught:
        CLIENT.request("POST", SecretStr("http://name.invalid/"), b"x", proxy=SecretStr(proxy))

    assert caught.value.permanent
    assert "s3cret" not in str(caught.value)
