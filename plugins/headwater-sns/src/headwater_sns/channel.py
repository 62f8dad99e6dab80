"""The channel: how it sends, what AWS's answers mean."""

import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from urllib.parse import urlencode, urlsplit

from pydantic import SecretStr

from headwater.api import Channel, DeliveryError, Message, Rate, now
from headwater.api.http import Answer, refusal
from headwater_sns.payload import for_device, for_fifo, for_phone, for_topic
from headwater_sns.settings import SnsSettings
from headwater_sns.signing import Scope, sign

VERSION = "2010-03-31"
# Codes of failures that pass, though their status, often 400, does not say so.
TOO_MANY = re.compile("Throttl|TooManyRequests|RequestLimitExceeded|SlowDown")
FOR_NOW = re.compile("InternalError|InternalFailure|ServiceUnavailable|RequestTimeout")
GONE = re.compile("NotFound|EndpointDisabled")  # a topic, or a device's endpoint
_SIGNATURE = re.compile(r"Signature=[0-9a-f]+")


class AwsSns(Channel[SnsSettings]):
    """Sends notifications through AWS SNS: to a topic, to a device, or by SMS."""

    slug = "aws-sns"
    title = "AWS SNS"
    settings_model = SnsSettings
    rate = Rate(20, burst=20)  # what AWS takes of short messages; of others it takes more

    def account(self) -> str | None:
        return self.settings.access_key_id if self.settings.phone_number else None

    def preview(self, message: Message) -> Mapping[str, str]:
        fields = self._fields(message, "")
        return {name: fields[name] for name in ("Subject", "Message") if name in fields}

    def send(self, message: Message, key: str) -> None:
        # Only FIFO topics take a key: others repeat what they were told twice.
        fields = self._fields(message, key)
        answer = self._publish(fields)
        if _code_of(answer) == "InvalidParameter" and "Subject" in _reason(answer):
            # Some take ASCII alone for it. The title stands in the message, too.
            fields.pop("Subject", None)
            answer = self._publish(fields)
        if answer.status != 200 or "MessageId" not in answer.text:
            raise _refusal(answer)

    def _fields(self, message: Message, key: str) -> dict[str, str]:
        settings = self.settings
        if settings.phone_number:
            parts = for_phone(message, settings.most_parts)
            return parts | {"PhoneNumber": settings.phone_number}
        if settings.target_arn:
            return for_device(message) | {"TargetArn": settings.target_arn}
        topic = settings.topic_arn or ""
        fields = for_topic(message, settings.most_parts) | {"TopicArn": topic}
        return fields | (for_fifo(message, key) if topic.endswith(".fifo") else {})

    def _publish(self, fields: dict[str, str]) -> Answer:
        settings = self.settings
        content = urlencode({"Action": "Publish", "Version": VERSION} | fields).encode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            "Host": settings.host,
        }
        if token := settings.session_token:
            headers["X-Amz-Security-Token"] = token.get_secret_value()
        scope = Scope(settings.access_key_id, settings.signed_region, "sns", now())
        secret = settings.secret_access_key.get_secret_value()
        signed = sign(urlsplit(settings.url).path, headers, content, scope, secret)
        answer = self.http.request("POST", SecretStr(settings.url), content, signed)
        self.http.last = answer = replace(answer, text=self._masked(answer.text))  # which is kept
        return answer

    def _masked(self, text: str) -> str:
        """Return *text* without what it may repeat of the request that is nobody's business."""
        if number := self.settings.phone_number:
            text = text.replace(number[1:], f"{number[1:5]}***{number[-4:]}")
        return _SIGNATURE.sub("Signature=***", text)


def _refusal(answer: Answer) -> DeliveryError:
    code, reason = _code_of(answer), _reason(answer)
    error = refusal("AWS SNS", answer, ": ".join(filter(None, (code, reason))) or None)
    error.gone = GONE.match(code) is not None
    if TOO_MANY.search(code):
        error.permanent, error.limited = False, True
    elif FOR_NOW.search(code) or "expired:" in reason:  # as signatures are where a clock is wrong
        error.permanent = False
    return error


def _code_of(answer: Answer) -> str:
    # In JSON `com.amazonaws.sns#NotFoundException`, as some gateways have it.
    return _said(answer, "Code", "__type", "code").rpartition("#")[2]


def _reason(answer: Answer) -> str:
    return _said(answer, "Message", "message")


def _said(answer: Answer, *names: str) -> str:
    """Return the first that there is of these, in an error in XML or in JSON; "" for none."""
    error = answer.said.get("Error", answer.said)
    for name in names:
        if isinstance(error, dict) and isinstance(error.get(name), str):
            return str(error[name])
        # Not by a parser of XML, which answers of strangers are too much trouble for.
        if found := re.search(rf"<{name}>([^<]*)</{name}>", answer.text):
            return unescape(found[1]).strip()
    return ""
