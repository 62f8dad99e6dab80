"""Signatures are those of AWS's own test vectors."""

from datetime import UTC, datetime

import pytest

from headwater_sns.signing import Scope, sign

# Of AWS's test suite for Signature Version 4: post-vanilla and post-x-www-form-urlencoded.
SCOPE = Scope("AKIDEXAMPLE", "us-east-1", "service", datetime(2015, 8, 30, 12, 36, tzinfo=UTC))
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"  # noqa: S105  # AWS's example
HOST = {"Host": "example.amazonaws.com"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("headers", "content", "names", "signature"),
    [
        (
            {},
            b"",
            "host;x-amz-date",
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ),
        (
            FORM,
            b"Param1=value1",
            "content-type;host;x-amz-date",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
    ],
)
def test_a_request_is_signed_as_in_awss_own_examples(headers, content, names, signature):
    signed = sign("/", HOST | headers, content, SCOPE, SECRET)

    assert signed["X-Amz-Date"] == "20150830T123600Z"
    assert signed["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders={names}, Signature={signature}"
    )


def test_what_is_signed_is_sent_as_it_was():
    signed = sign("/", HOST | {"X-Amz-Security-Token": "t"}, b"", SCOPE, SECRET)

    assert signed["Host"] == "example.amazonaws.com"
    assert signed["X-Amz-Security-Token"] == "t"
    assert "host;x-amz-date;x-amz-security-token" in signed["Authorization"]
