"""The channel against receivers that look closely."""

import hmac
import time
from base64 import b64encode

import pytest
from pydantic import SecretStr

from headwater.api.http import HttpClient, Tls
from headwater.testing import MESSAGE, fake_service
from headwater.testing.channels import fail
from headwater_webhook.channel import CustomWebhook
from headwater_webhook.settings import LONGEST_WAIT, WebhookSettings

KNOWN = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the fake's
OTHER = f"whsec_{b64encode(bytes(32)).decode()}"


@pytest.fixture(scope="module")
def running():
    with fake_service() as service:
        yield service


@pytest.fixture
def receiver(running):
    running.forget()
    return running


def open_channel(url, **settings):
    return CustomWebhook(WebhookSettings(url=url, **settings), HttpClient(allow_private=True))


@pytest.mark.parametrize(
    "secrets",
    [
        {"signing_secret": KNOWN},
        {"signing_secret": OTHER, "former_signing_secret": KNOWN},
        {"signing_secret": KNOWN, "former_signing_secret": OTHER},
    ],
)
@pytest.mark.parametrize(
    "body",
    [{}, {"json_data": {"text": "{{body}} é"}}, {"form_data": {"a": "b"}}, {"form_data": "é"}],
)
def test_a_receiver_that_knows_one_of_the_secrets_takes_it(fakes, secrets, body):
    open_channel(f"{fakes.webhook}/signed/ops", **secrets, **body).send(MESSAGE, "key")

    assert fakes.answers() == [(204, [])]


def test_a_receiver_that_knows_another_secret_is_told_no_more(fakes):
    error = fail(open_channel(f"{fakes.webhook}/signed/ops", signing_secret=OTHER))

    assert error.permanent
    assert "no matching signature" in str(error)


def test_each_attempt_has_the_same_id_and_its_own_time(fakes):
    channel = open_channel(f"{fakes.webhook}/any")
    begun = time.time()
    channel.send(MESSAGE, "one")
    channel.send(MESSAGE, "one")

    entries = fakes.log()
    assert [entry["headers"]["webhook-id"] for entry in entries] == ["one", "one"]
    for entry in entries:
        assert begun - 1 <= int(entry["headers"]["webhook-timestamp"]) <= time.time()
    assert "webhook-signature" not in entries[0]["headers"]
    assert entries[0]["body"]["data"]["id"] == "one"


def test_nothing_in_an_id_ends_it(receiver):
    open_channel(receiver.url).send(MESSAGE, "test.of\r\nops")

    assert receiver.requests[0].headers["webhook-id"] == "test-of-ops"


def test_other_forms_of_signatures_stand_beside(receiver):
    open_channel(
        receiver.url,
        form_data="body",
        **{"signing_secret": KNOWN, "hmac_secret": "one", "github_secret": "two"},
        hmac_header="X-Sig",
        hmac_timestamp_header="X-Time",
    ).send(MESSAGE, "key")

    headers = receiver.requests[0].headers
    timed = f"{headers['x-time']}:body".encode()
    assert headers["webhook-signature"].startswith("v1,")
    assert headers["x-time"] == headers["webhook-timestamp"]
    assert headers["x-sig"] == hmac.new(b"one", timed, "sha256").hexdigest()
    digest = hmac.new(b"two", b"body", "sha256").hexdigest()
    assert headers["x-hub-signature-256"] == f"sha256={digest}"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_any_method_is_used(receiver, method):
    open_channel(receiver.url, method=method.lower()).send(MESSAGE, "key")

    (request,) = receiver.requests
    assert request.method == method
    assert bool(request.content) == (method not in ("GET", "DELETE"))


def test_a_users_headers_come_before_ours_but_for_those_of_the_delivery(receiver):
    headers = {"content-type": "text/x-own", "user-agent": "own", "Webhook-Id": "own", "X": "y"}
    open_channel(receiver.url, headers=headers).send(MESSAGE, "key")

    sent = receiver.requests[0].headers
    assert (sent["content-type"], sent["user-agent"], sent["x"]) == ("text/x-own", "own", "y")
    assert sent["webhook-id"] == "key"


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_a_success(receiver, status):
    receiver.status, receiver.text = status, ""
    open_channel(receiver.url).send(MESSAGE, "key")

    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (404, True), (410, True), (422, True), (408, False), (425, False), (504, False)],
)
def test_what_asks_for_patience_is_tried_again(receiver, status, permanent):
    receiver.status, receiver.text = status, "sorry"
    error = fail(open_channel(receiver.url))

    assert error.permanent is permanent
    assert str(error) == f"the webhook answered {status}: sorry"


def test_a_receiver_may_stop_what_would_be_tried_again(receiver):
    receiver.status, receiver.headers = 500, {"Webhook-Delivery": "abort-message"}

    assert fail(open_channel(receiver.url)).permanent


def test_a_redirect_is_not_followed(fakes):
    error = fail(open_channel(f"{fakes.webhook}/redirect"))

    assert error.permanent
    assert "169.254" not in str(error)


def test_no_error_tells_a_secret_within_an_address(fakes):
    channel = open_channel(f"{fakes.webhook}/status/500?k={{{{tok}}}}", secrets={"tok": "s3cret"})

    assert "s3cret" not in str(fail(channel))


@pytest.mark.parametrize(("timeout", "used"), [(0.01, 0.1), (10, 10), (3600, LONGEST_WAIT)])
def test_an_answer_is_not_waited_for_for_ever(receiver, timeout, used):
    assert ways_of(receiver, timeout=timeout)["longest"] == used


def test_certificates_and_names_go_to_the_connection(receiver):
    pem = {"tls_authorities": "A", "tls_certificate": "B", "tls_key": "C"}
    tls = ways_of(receiver, **pem, tls_server_name="service.example")["tls"]

    assert tls == Tls("A", "B", SecretStr("C"), "service.example")


def ways_of(receiver, **settings):
    """Send a message; return how the HTTP client was asked to, beside what it was asked."""
    asked = {}

    class Client(HttpClient):
        def request(self, *given, **more):
            asked.update(more)
            return super().request(*given)

    settings = WebhookSettings(url=receiver.url, **settings)
    CustomWebhook(settings, Client(allow_private=True)).send(MESSAGE, "key")
    return asked


def test_certificates_that_are_none_are_told_without_them(receiver):
    url = receiver.url.replace("http", "https")
    channel = open_channel(url, tls_authorities="nonsense", tls_key="k3y", tls_certificate="x")
    error = fail(channel)

    assert error.permanent
    assert "no PEM texts" in str(error)
