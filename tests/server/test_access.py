"""A server that others reach, since all who call have to give its secret."""

import json

import pytest
import requests
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

LOGIN = "ann:pa:ss-w0rd"
SECONDS = 10


@pytest.fixture
def server(start):
    """A server off loopback without --allow-open."""
    server = start("--host", "0.0.0.0", server_api_auth_string=LOGIN)  # noqa: S104  # it asks for the login
    server.wait_until_ready()
    return server


SOCKETS = [
    "/api/events/in",
    "/api/events/out",
    "/api/logs/out",
    "/api/task_runs/subscriptions/scheduled",
    "/api/work_pools/farm/workers/connect",
]


def say(server, *, subprotocol="prefect", first=None, path=SOCKETS[0], **options):
    """Open a socket, send a first frame, and return the answer or the close."""
    url = server.url.replace("http://", "ws://") + path
    offered = [subprotocol] if subprotocol else None
    with connect(url, subprotocols=offered, **options) as client:
        if first is not None:
            client.send(json.dumps(first))
        try:
            return client.recv(SECONDS)
        except ConnectionClosed as end:
            return end.rcvd and (end.rcvd.code, end.rcvd.reason)


def test_pages_api_and_sockets_ask_for_it(server):
    assert requests.get(server.url, timeout=SECONDS).status_code == 401
    assert requests.get(server.url, auth=tuple(LOGIN.split(":", 1)), timeout=SECONDS).ok
    assert requests.get(f"{server.url}/api/version", timeout=SECONDS).status_code == 401
    assert requests.get(f"{server.url}/api/health", timeout=SECONDS).ok

    success = '{"type":"auth_success"}'
    assert say(server, first={"type": "auth", "token": LOGIN}) == success
    basic = requests.Request("GET", server.url, auth=tuple(LOGIN.split(":", 1))).prepare()
    header = {"Authorization": basic.headers["Authorization"]}
    missing = (1008, "Auth required but no token provided")
    assert say(server, first={"type": "auth", "token": None}) == missing
    # A header is no substitute for the frame.
    assert say(server, first={"type": "auth"}, additional_headers=header) == missing
    assert say(server, first={"type": "auth", "token": "guess"}) == (1008, "Invalid token")
    assert say(server, first={"type": "filter"}) == (1008, "Expected 'auth' message")
    with pytest.raises(InvalidStatus) as refused:
        say(server, subprotocol=None)
    assert refused.value.response.status_code == 403
    with pytest.raises(InvalidStatus) as refused:
        say(server, first={"type": "auth", "token": LOGIN}, origin="https://evil.example")
    assert refused.value.response.status_code == 403


def test_each_socket_asks_for_it(server):
    for path in SOCKETS:
        right = say(server, path=path, first={"type": "auth", "token": LOGIN})
        wrong = say(server, path=path, first={"type": "auth", "token": "guess"})
        # A worker looks for words of its own.
        words = "authentication_failed" if "workers" in path else "Invalid token"
        assert (right, wrong) == ('{"type":"auth_success"}', (1008, words)), path
        with pytest.raises(InvalidStatus) as refused:
            say(server, path=path, subprotocol=None)
        assert refused.value.response.status_code == 403


def test_it_is_in_no_log_and_the_greeting_says_how_to_send_it(server):
    requests.get(server.url, auth=("ann", "guess"), timeout=SECONDS)
    assert server.stop() == 0

    assert "export PREFECT_API_AUTH_STRING=" in server.out
    assert "pa:ss" not in server.out + server.errors


def test_who_does_not_shake_hands_has_it_in_a_header(server):
    login = {"Authorization": f"Bearer {LOGIN}"}
    url = server.url.replace("http://", "ws://") + "/api/events/in"

    with connect(url, additional_headers=login) as client:
        assert client.ping().wait(SECONDS)
