"""What is signed, and how."""

import hmac

import pytest
from pydantic import ValidationError

from headwater_webhook.settings import WebhookSettings
from headwater_webhook.signatures import decode_secret, sign_for_github, sign_hex, sign_standard

KNOWN = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_a_signature_is_that_of_standard_webhooks():
    signature = sign_standard(
        decode_secret(KNOWN),
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_plain_signature_is_hex_with_or_without_the_time():
    alone = hmac.new(b"secret", b"body", "sha256").hexdigest()
    timed = hmac.new(b"secret", b"1614265330:body", "sha256").hexdigest()

    assert sign_hex("secret", b"body") == alone
    assert sign_hex("secret", b"body", 1614265330) == timed
    assert sign_for_github("secret", b"body") == f"sha256={alone}"


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64 but long enough for one", "x" * 100],
)
@pytest.mark.parametrize("place", ["signing_secret", "former_signing_secret"])
def test_a_secret_that_is_none_is_refused_and_not_told(secret, place):
    with pytest.raises(ValidationError, match="24 to 64 bytes in base64") as caught:
        WebhookSettings(url="https://x", **{place: secret})

    hidden = secret.removeprefix("whsec_")
    assert not hidden or hidden not in str(caught.value.errors(include_input=False))


def test_a_secret_needs_no_prefix():
    assert decode_secret(KNOWN.removeprefix("whsec_")) == decode_secret(KNOWN)
