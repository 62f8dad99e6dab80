"""Checks of AWS's services that no word of a `match` can say: signatures, and what SNS wants."""

import hmac
import json
import re
from datetime import UTC, datetime
from hashlib import sha256


def _sns_signature(request):
    """Return (the signature that the request has, the one that it should have)."""
    told = dict(re.findall(r"(\w+)=([^,\s]+)", request.headers["authorization"]))
    _, *scope = told["Credential"].split("/")
    names = told["SignedHeaders"].split(";")
    headers = "".join(f"{name}:{request.headers.get(name, '')}\n" for name in names)
    body = sha256(request.raw).hexdigest()
    plain = f"{request.method}\n/sns{request.path}\n\n{headers}\n{told['SignedHeaders']}\n{body}"
    signed = "\n".join(
        (
            "AWS4-HMAC-SHA256",
            request.headers["x-amz-date"],
            "/".join(scope),
            sha256(plain.encode()).hexdigest(),
        )
    )
    key = f"AWS4{request.endpoint['secret']}".encode()
    for part in (*scope, signed):
        key = hmac.digest(key, part.encode(), "sha256")
    return told["Signature"], key.hex()


def _is_badly_signed_for_sns(request):
    try:
        told, good = _sns_signature(request)
    except (KeyError, ValueError):
        return True
    return told != good


def _is_stale_for_sns(request):
    at = datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return abs(datetime.now(UTC) - at).total_seconds() > 15 * 60


def _sns_structure(request):
    if "MessageStructure" not in request.body:
        return False
    try:
        message = json.loads(request.body["Message"])
    except ValueError:
        return True
    return not isinstance(message.get("default"), str)


def _sns_sms(request):
    """Return the text of the SMS, of which a topic may have one beside the others."""
    if request.body.get("PhoneNumber"):
        return request.body["Message"]
    if "MessageStructure" in request.body:
        return json.loads(request.body["Message"]).get("sms", "")
    return ""


def _has_bad_sns_subject(request):
    subject = request.body.get("Subject", "x")
    return not 0 < len(subject) < 100 or re.search(r"[\x00-\x1f\x7f]", subject)


def _is_fifo(request):
    return request.body.get("TopicArn", "").endswith(".fifo")


def _has_bad_sns_ids(request):
    names = [n for n in ("MessageGroupId", "MessageDeduplicationId") if n in request.body]
    good = all(re.fullmatch("[!-~]{1,128}", request.body[name]) for name in names)
    return not good or (bool(names) and not _is_fifo(request))


SNS_CHECKS = {
    "sns_bad_signature": _is_badly_signed_for_sns,
    "sns_fifo": lambda r: _is_fifo(r) and not r.body.get("MessageGroupId"),
    "sns_ids": _has_bad_sns_ids,
    "sns_sms": lambda request: len(_sns_sms(request)) > 1600,
    "sns_stale": _is_stale_for_sns,
    "sns_structure": _sns_structure,
    "sns_subject": _has_bad_sns_subject,
}
