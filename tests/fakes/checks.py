"""Checks of single services that no word of a `match` can say."""

import hmac
import re
import time
from base64 import b64decode, b64encode

# 3GPP TS 23.038, the signs of the second count twice.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
RESERVED = re.compile(
    "x-sg-id|x-sg-eid|received|dkim-signature|content-type|content-transfer-encoding|to|from"
    "|subject|reply-to|cc|bcc",
    re.IGNORECASE,
)
TOLERANCE = 300  # seconds
TAGS = re.compile(r"</?(html|body|div|h2|p|br|table|tr|td|a)\b[^<>]*>|<!DOCTYPE html>")
ENTITY = re.compile(r"&(amp|lt|gt|nbsp|quot|#x27);")


def segments(text):
    """Return how many parts a short message has."""
    if all(sign in BASIC or sign in EXTENDED for sign in text):
        size = len(text) + sum(sign in EXTENDED for sign in text)
        return 1 if size <= 160 else -(-size // 153)
    size = len(text.encode("utf-16-le")) // 2
    return 1 if size <= 70 else -(-size // 67)


def _recipients(body):
    for one in body["personalizations"]:
        found = [each for kind in ("to", "cc", "bcc") for each in one.get(kind, [])]
        yield [each["email"].lower() for each in found]


def _has_duplicate(request):
    return any(len(set(each)) < len(each) for each in _recipients(request.body))


def _has_reserved_header(request):
    parts = [request.body, *request.body["personalizations"]]
    return any(RESERVED.fullmatch(name) for part in parts for name in part.get("headers", ()))


def _has_wrong_order(request):
    kinds = [each["type"] for each in request.body.get("content", [])]
    return len(set(kinds)) < len(kinds) or "text/plain" in kinds[1:]


def _is_tracked(request):
    told = request.body.get("tracking_settings", {})
    kinds = ("click_tracking", "open_tracking")
    return any(told.get(kind, {}).get("enable", True) for kind in kinds)


def _is_unescaped(request):
    pages = [e["value"] for e in request.body["content"] if e["type"] == "text/html"]
    return any(re.search("[<>&]", ENTITY.sub("", TAGS.sub("", page))) for page in pages)


def _of_mail(check):
    """Return *check* for bodies of the right shape; of others the schema has its say."""

    def checked(request):
        try:
            return check(request)
        except (AttributeError, KeyError, TypeError):
            return False

    return checked


def _is_stale(request):
    stamp = request.headers["webhook-timestamp"]
    return not stamp.isdigit() or abs(int(stamp) - time.time()) > TOLERANCE


def _is_badly_signed(request):
    secret = b64decode(request.endpoint["secret"].removeprefix("whsec_"))
    parts = (request.headers["webhook-id"], request.headers["webhook-timestamp"], "")
    signed = ".".join(parts).encode() + request.raw
    good = f"v1,{b64encode(hmac.digest(secret, signed, 'sha256')).decode()}"
    return good not in request.headers["webhook-signature"].split(" ")


def _lacks_signature(request):
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    return not all(request.headers.get(name) for name in names)


CHECKS = {
    "sg_content_order": _of_mail(_has_wrong_order),
    "sg_duplicate": _of_mail(_has_duplicate),
    "sg_recipients": _of_mail(lambda r: sum(map(len, _recipients(r.body))) > 1000),
    "sg_reply": _of_mail(lambda r: "reply_to" in r.body and "reply_to_list" in r.body),
    "sg_reserved_header": _of_mail(_has_reserved_header),
    "sg_send_at": _of_mail(lambda r: r.body.get("send_at", 0) > time.time() + 72 * 3600),
    "sg_tracked": _of_mail(_is_tracked),
    "sg_unescaped": _of_mail(_is_unescaped),
    "stdwh_bad": _is_badly_signed,
    "stdwh_missing": _lacks_signature,
    "stdwh_stale": _is_stale,
    "twilio_same": lambda r: r.body.get("To") and r.body.get("To") == r.body.get("From"),
}
