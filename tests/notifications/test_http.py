"""The guarded HTTP client: where it does not go, how long it waits, and what it does not tell."""

import logging
import os
import socket
import ssl
import time
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from headwater.errors import DeliveryError
from headwater.notifications.http import HttpClient
from headwater.notifications.http.addresses import is_forbidden
from headwater.notifications.http.answers import parse_retry_after
from headwater.notifications.http.exchange import LARGEST_ANSWER

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@contextmanager
def raw_service(serve):
    """Yield the URL of a server that gives its one connection to *serve*."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept():
            connection, _ = server.accept()
            with connection:
                try:
                    serve(connection)
                except OSError:  # the client went away
                    return

        thread = Thread(target=accept)
        thread.start()
        yield SecretStr(f"http://127.0.0.1:{server.getsockname()[1]}/secret")
        thread.join()


@pytest.fixture
def names(monkeypatch):
    """Names that the look-up finds, each with its addresses, and the log of look-ups."""
    known, asked, real = {}, [], socket.getaddrinfo

    def look_up(host, port, **kwargs):
        asked.append(host)
        if host not in known:
            return real(host, port, **kwargs)
        return [found for each in known[host] for found in real(each, port, **kwargs)]

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    known["asked"] = asked
    return known


@pytest.mark.parametrize(
    ("address", "always", "without_private"),
    [
        ("8.8.8.8", False, False),
        ("2606:4700::1111", False, False),
        ("10.0.0.1", False, True),
        ("127.0.0.1", False, True),
        ("0.0.0.0", False, True),  # noqa: S104  # which leads to this machine
        ("100.64.0.1", False, True),
        ("::1", False, True),
        ("fd12::1", False, True),
        ("::ffff:10.0.0.1", False, True),
        ("::ffff:8.8.8.8", False, False),
        ("::127.0.0.1", False, True),
        ("64:ff9b::7f00:1", False, True),
        ("64:ff9b:1::a00:1", False, True),
        ("64:ff9b::808:808", False, False),
        ("2002:7f00:1::", False, True),
        ("2002:808:808::", False, True),
        ("2001:0:808:808::f5ff:fffe", False, True),
        ("224.0.0.1", True, True),
        ("ff02::1", True, True),
        ("240.0.0.1", True, True),
        ("fe80::1", True, True),
        ("169.254.169.254", True, True),
        ("::ffff:169.254.169.254", True, True),
        ("64:ff9b::a9fe:a9fe", True, True),
        ("64:ff9b:1::a9fe:a9fe", True, True),
        ("2002:a9fe:a9fe::", True, True),
        ("2001:0:a9fe:a9fe::", True, True),
        ("2001:0:808:808::5601:5601", True, True),  # Teredo keeps the client's inverted
        ("::a9fe:a9fe", True, True),
        ("2606:4700::5efe:a9fe:a9fe", True, True),
        ("fd00:ec2::254", True, True),
        ("100.100.100.200", True, True),
        ("168.63.129.16", True, True),
    ],
)
def test_addresses_that_give_out_credentials_are_always_forbidden(address, always, without_private):
    assert is_forbidden(address, allow_private=True) is always
    assert is_forbidden(address, allow_private=False) is without_private


def test_a_forbidden_address_is_sent_nothing(slack):
    with pytest.raises(DeliveryError, match=r"127\.0\.0\.1 is not allowed") as caught:
        HttpClient(allow_private=False).post(SecretStr(slack.url), {})

    assert caught.value.permanent
    assert slack.received == []


def test_a_name_is_refused_for_any_one_of_its_addresses(names, slack):
    names["rebound.example"] = ["127.0.0.1", "169.254.169.254"]
    url = slack.url.replace("127.0.0.1", "rebound.example")

    with pytest.raises(DeliveryError, match=r"169\.254\.169\.254 is not allowed"):
        HttpClient(allow_private=True).post(SecretStr(url), {})
    assert slack.received == []


def test_a_name_is_looked_up_once_and_stays_the_host(names, slack):
    names["chat.example"] = ["127.0.0.1"]
    url = slack.url.replace("127.0.0.1", "chat.example")
    HttpClient(allow_private=True).post(SecretStr(url), {"text": "x"})

    assert names["asked"] == ["chat.example"]
    assert slack.hosts[-1].startswith("chat.example:")


def test_the_next_address_is_tried_when_one_does_not_answer(names, slack):
    names["chat.example"] = ["127.0.0.2", "127.0.0.1"]
    url = slack.url.replace("127.0.0.1", "chat.example")

    assert HttpClient(allow_private=True).post(SecretStr(url), {}).status == 200


def test_a_proxy_of_the_environment_is_not_used(monkeypatch, slack):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    assert HttpClient(allow_private=True).post(SecretStr(slack.url), {}).status == 200


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_final_failure_and_not_followed(slack, status):
    slack.status, slack.headers = status, {"Location": "http://169.254.169.254/?secret"}

    with pytest.raises(DeliveryError, match=f"answered {status}, a redirect") as caught:
        HttpClient(allow_private=True).post(SecretStr(slack.url), {})
    assert caught.value.permanent
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "text", "permanent"),
    [
        ("http://127.0.0.1:1/secret", "cannot reach the service: Connection refused", False),
        ("https://nowhere.invalid/secret", "cannot reach the service: its name has no", False),
        ("file:///secret", "the address is no http or https URL", True),
        ("secret", "the address is no http or https URL", True),
        ("http://[secret", "the address is no http or https URL", True),
        ("http://127.0.0.1:99999/secret", "the address is no http or https URL", True),
        (f"http://{'a' * 70}.secret/", "address", None),
    ],
)
def test_an_error_never_tells_the_url(url, text, permanent):
    with pytest.raises(DeliveryError, match=text) as caught:
        HttpClient(allow_private=True).post(SecretStr(url), {})

    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert permanent is None or caught.value.permanent is permanent


def test_a_server_without_tls_is_told_apart_without_its_url(slack):
    url = slack.url.replace("http", "https")

    with pytest.raises(DeliveryError, match="cannot reach the service: SSLError"):
        HttpClient(allow_private=True).post(SecretStr(url), {})


def test_tls_asks_for_the_name_and_not_for_the_address(names, tmp_path):
    asked = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_of_nobody(tmp_path))
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    names["chat.example"] = ["127.0.0.1"]

    def shake_hands(connection):
        context.wrap_socket(connection, server_side=True)

    with raw_service(shake_hands) as url:
        there = url.get_secret_value().replace("http://127.0.0.1", "https://chat.example")
        with pytest.raises(DeliveryError, match="cannot reach the service: SSLError"):
            HttpClient(allow_private=True).post(SecretStr(there), {})
    assert asked == ["chat.example"]


def certificate_of_nobody(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "chat.example")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    path = folder / "certificate.pem"
    path.write_bytes(private + builder.sign(key, SHA256()).public_bytes(Encoding.PEM))
    return path


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Slow: "])
def test_an_answer_that_drips_is_cut_off_at_the_deadline(head):
    def drip(connection):
        connection.recv(65536)
        connection.sendall(head)
        while True:
            connection.sendall(b"x")
            time.sleep(0.05)

    with raw_service(drip) as url:
        start = time.monotonic()
        with pytest.raises(DeliveryError, match=r"no whole answer within 0\.5 seconds") as caught:
            HttpClient(allow_private=True, longest=0.5).post(url, {})
    assert time.monotonic() - start < 2
    assert not caught.value.permanent


def test_a_huge_answer_is_read_in_part():
    def pour(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    with raw_service(pour) as url:
        answer = HttpClient(allow_private=True).post(url, {})
    assert len(answer.text) == LARGEST_ANSWER


def test_a_connection_that_breaks_is_a_failure_for_now():
    with (
        raw_service(lambda connection: connection.recv(65536)) as url,
        pytest.raises(DeliveryError) as caught,
    ):
        HttpClient(allow_private=True).post(url, {})
    assert str(caught.value) == "cannot reach the service: ConnectionError"
    assert not caught.value.permanent


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n\r\nok",
        b"HTTP/1.1 404 Not Found\r\n\r\nno",
        b"HTTP/1.1 200 OK\r\nno header at all\r\nX: y\r\n\r\nok",
        b"nonsense\r\n\r\n",
        b"",
    ],
)
def test_no_log_has_the_url_at_any_level(answer, caplog):
    caplog.set_level(logging.DEBUG)

    def say(connection):
        connection.recv(65536)
        connection.sendall(answer)

    with raw_service(say) as url, suppress(DeliveryError):
        HttpClient(allow_private=True).post(url, {})
    assert "secret" not in caplog.text


def test_no_connection_is_left_open(slack):
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        HttpClient(allow_private=True).post(SecretStr(slack.url), {})

    assert len(os.listdir("/proc/self/fd")) <= before + 1


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30.0),
        ("0.5", 0.5),
        ("0", 0.0),
        ("-3", 0.0),
        ("Wed, 25 Nov 2026 03:01:00 GMT", 60.0),
        ("Wed, 25 Nov 2026 02:00:00 GMT", 0.0),
        ("soon", None),
        ("inf", None),
        ("nan", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text, seconds):
    assert parse_retry_after(text, NOW) == seconds
