"""Checks of single services that no word of a `match` can say."""

import hmac
import re
import time
from base64 import b64decode, b64encode
from html import unescape

from aws import SNS_CHECKS
from documents import parts_of, texts_in, walk

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
TELEGRAM_TAGS = re.compile(r"</?(b|i|u|s|a|code|pre|blockquote)\b[^<>]*>")
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


def _slack_unescaped(request):
    bare = re.compile(r"&(?!(amp|lt|gt);)|<(?![@#!]|https?:|mailto:)")
    return any(bare.search(text) for text in texts_in(request.body))


def _opsgenie_unescaped(request):
    texts = [text for path in ("$.message", "$.description") for text in walk(request.body, path)]
    return any(re.search(r"&(?!(amp|lt|gt);)|[<>]", text) for text in texts)


def _discord_mentions(request):
    wanted = request.body.get("allowed_mentions") or {}
    return any(wanted.get(kind) and kind in wanted.get("parse", ()) for kind in ("users", "roles"))


def _discord_username(request):
    name = request.body.get("username")
    return isinstance(name, str) and bool(len(name) > 80 or re.search("clyde|discord", name, re.I))


def _mattermost_has(request, pattern):
    texts = walk(request.body, "$.text") + walk(request.body, "$.attachments[*].text")
    return any(re.search(pattern, text) for text in texts)


def _mattermost_priority(request):
    priority = request.body.get("priority")
    return isinstance(priority, dict) and not priority.get("priority")


def _card_has(request, kind, pattern):
    texts = [part["text"] for part in parts_of(request.body) if part.get("type") == kind]
    return any(re.search(pattern, text) for text in texts)


def _teams_newlines(request):
    """Say if a line end is lost: a single one in a text block, any in a run."""
    alone = r"(?<!\n)\n(?!\n)"
    return _card_has(request, "TextBlock", alone) or _card_has(request, "TextRun", r"\n")


def _teams_unwrapped(request):
    blocks = (part for part in parts_of(request.body) if part.get("type") == "TextBlock")
    return any(not block.get("wrap") for block in blocks)


def _googlechat_unescaped(request):
    texts = [
        part["textParagraph"]["text"] for part in parts_of(request.body) if "textParagraph" in part
    ]
    known = re.compile(r'</?b>|<br>|<font color="#[0-9a-f]{6}">|</font>|&(amp|lt|gt);')
    return any(re.search("[<>&]", known.sub("", text)) for text in texts)


def _matrix_unescaped(request):
    known = re.compile(
        r'</?(strong|a)>|<br>|<font color="#[0-9a-f]{6}">|</font>|<a href="[^"<>]*">'
        r"|&(amp|lt|gt|quot|#x27);"
    )
    return re.search("[<>&]", known.sub("", request.body.get("formatted_body", ""))) is not None


def _rocketchat_mentions(request):
    texts = texts_in([request.body])
    return any(re.search(r"(?<!/)[@#][\w-]", text) for text in texts)


def _zulip_bad_key(request):
    login = b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
    return login.partition(":")[2].startswith("bad")


def _telegram_shown(request):
    """Return what is left of a text once its tags and entities are read."""
    text = request.body.get("text")
    if not isinstance(text, str):
        return "x"
    is_html = request.body.get("parse_mode") == "HTML"
    return unescape(TELEGRAM_TAGS.sub("", text)) if is_html else text


def _telegram_html(request):
    """Say if a text in HTML has what Telegram cannot read: other tags, or one that stays open."""
    text = request.body.get("text")
    if request.body.get("parse_mode") != "HTML" or not isinstance(text, str):
        return False
    tags = [found[0] for found in TELEGRAM_TAGS.finditer(text)]
    ends = [tag[2:-1] for tag in tags if tag.startswith("</")]
    begun = [re.match(r"<([a-z]+)", tag)[1] for tag in tags if not tag.startswith("</")]
    return "<" in TELEGRAM_TAGS.sub("", text) or sorted(begun) != sorted(ends)


def _lacks_gotify_token(request):
    bearer = re.match("Bearer .", request.headers.get("authorization", ""))
    return not (request.headers.get("x-gotify-key") or request.query.get("token") or bearer)


def _is_bad_emergency(request):
    if str(request.body.get("priority")) != "2":
        return False
    retry, expire = (str(request.body.get(name, "")) for name in ("retry", "expire"))
    good = retry.isdigit() and expire.isdigit() and int(retry) >= 30 and int(expire) <= 10800
    return not good


# By their names in the services' files.
CHECKS = {
    **SNS_CHECKS,
    "discord_mentions_conflict": _discord_mentions,
    "discord_username": _discord_username,
    "googlechat_no_card": lambda request: not request.body.get("cardsV2"),
    "googlechat_unescaped": _googlechat_unescaped,
    "matrix_no_mentions": lambda request: "m.mentions" not in request.body,
    "matrix_unescaped": _matrix_unescaped,
    "gotify_auth": _lacks_gotify_token,
    "mm_mentions": lambda request: _mattermost_has(request, r"@\w|<!"),
    "mm_priority": _mattermost_priority,
    "mm_slack_links": lambda request: _mattermost_has(request, r"<[^\n<|>]+\|[^|\n>]+>"),
    "og_identifier_type": lambda request: request.query.get("identifierType") != "alias",
    "og_unescaped": _opsgenie_unescaped,
    "pushover_emergency": _is_bad_emergency,
    "rocketchat_mentions": _rocketchat_mentions,
    "sg_content_order": _of_mail(_has_wrong_order),
    "sg_duplicate": _of_mail(_has_duplicate),
    "sg_recipients": _of_mail(lambda r: sum(map(len, _recipients(r.body))) > 1000),
    "sg_reply": _of_mail(lambda r: "reply_to" in r.body and "reply_to_list" in r.body),
    "sg_reserved_header": _of_mail(_has_reserved_header),
    "sg_send_at": _of_mail(lambda r: r.body.get("send_at", 0) > time.time() + 72 * 3600),
    "sg_tracked": _of_mail(_is_tracked),
    "sg_unescaped": _of_mail(_is_unescaped),
    "slack_unescaped": _slack_unescaped,
    "stdwh_bad": _is_badly_signed,
    "stdwh_missing": _lacks_signature,
    "stdwh_stale": _is_stale,
    "teams_markdown": lambda request: _card_has(request, "TextBlock", r"[*_\[\]`]"),
    "teams_newlines": _teams_newlines,
    "teams_wrap": _teams_unwrapped,
    "telegram_empty": lambda request: not _telegram_shown(request).strip(),
    "telegram_html": _telegram_html,
    "telegram_long": lambda r: len(_telegram_shown(r).encode("utf-16-le")) // 2 > 4096,
    "twilio_same": lambda r: r.body.get("To") and r.body.get("To") == r.body.get("From"),
    "zulip_bad_key": _zulip_bad_key,
    "zulip_no_stream": lambda request: request.body["to"] == "nostream",
}
