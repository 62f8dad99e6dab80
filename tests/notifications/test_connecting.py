"""Connections for other protocols than HTTP: the same guard, the same limit of time."""

import socket
import ssl

import pytest

from headwater.errors import DeliveryError
from headwater.notifications.http import HttpClient


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_connection_is_made_and_says_whom_its_certificate_must_be_for(port):
    with HttpClient(allow_private=True).connect("localhost", port) as connection:
        assert connection.socket.getpeername()[1] == port
        assert connection.name == "localhost"
        assert connection.context.check_hostname
        assert connection.context.verify_mode is ssl.CERT_REQUIRED
        assert connection.context.cert_store_stats()["x509_ca"] > 0


@pytest.mark.parametrize(
    ("host", "allow_private"),
    [("127.0.0.1", False), ("localhost", False), ("169.254.169.254", True)],
)
def test_no_connection_is_made_where_none_is_allowed(port, host, allow_private):
    client = HttpClient(allow_private=allow_private)
    with (
        pytest.raises(DeliveryError, match="is not allowed") as caught,
        client.connect(host, port),
    ):
        pytest.fail("it connected")

    assert caught.value.permanent


def test_who_says_nothing_is_left_after_the_time_limit(port):
    client = HttpClient(allow_private=True)
    with (
        pytest.raises(DeliveryError, match=r"no whole answer within 0\.2 seconds"),
        client.connect("127.0.0.1", port, longest=0.2) as connection,
    ):
        raise ConnectionError(connection.socket.recv(1))


def test_what_breaks_within_is_trouble_for_now_without_its_text(port):
    client = HttpClient(allow_private=True)
    with (
        pytest.raises(DeliveryError) as caught,
        client.connect("127.0.0.1", port),
    ):
        raise ConnectionError("very-secret")

    assert not caught.value.permanent
    assert str(caught.value) == "the connection to the service broke: ConnectionError"
