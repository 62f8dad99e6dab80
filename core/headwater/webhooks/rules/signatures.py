"""Checks that a call was signed by who knows the secret."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime

from headwater.webhooks.schemas.calls import Call
from headwater.webhooks.schemas.signatures import Signature, SignatureKind, key_of

TOLERANCE = 300  # seconds that a signature of Standard Webhooks is good for
GITHUB_HEADER = "X-Hub-Signature-256"


def find_fault(signature: Signature, secret: str, call: Call, now: datetime) -> str | None:
    """Return why a call is not taken for one of who knows the secret."""
    if signature.kind is SignatureKind.STANDARD:
        return _find_standard_fault(secret, call, now)
    header = signature.header or GITHUB_HEADER
    given = call.headers.get(header)
    if given is None:
        return f"The call is not signed: it has no header {header}."
    if signature.kind is SignatureKind.GITHUB:
        given = given.removeprefix("sha256=")
    wanted = hmac.new(secret.encode(), call.content, hashlib.sha256).hexdigest()
    return None if _equal(given.strip().lower(), wanted) else "The signature is wrong."


def _find_standard_fault(secret: str, call: Call, now: datetime) -> str | None:
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    given = [call.headers.get(name) for name in names]
    if None in given:
        return f"The call is not signed: it has no header {names[given.index(None)]}."
    key, sent, signatures = map(str, given)
    if not sent.isdecimal() or abs(now.timestamp() - int(sent[:15])) > TOLERANCE:
        return "The signature is too old, or of a time to come."
    signed = f"{key}.{sent}.".encode() + call.content
    wanted = b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()
    # There may be several, while a sender changes its secret.
    good = [_equal(one, wanted) for one in _list_signatures(signatures)]
    return None if any(good) else "The signature is wrong."


def _list_signatures(header: str) -> Iterator[str]:
    for one in header.split(" "):
        version, _, value = one.partition(",")
        if version == "v1":
            yield value


def _equal(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), wanted.encode())
