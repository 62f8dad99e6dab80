"""The channel: how it sends, and what the answers mean."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import SecretStr

from headwater.api import Channel, Message, Rate, now
from headwater.api.http import Tls, refusal
from headwater_webhook.payload import Values, content_of, headers_of, url_of, values_of
from headwater_webhook.settings import LONGEST_WAIT, SHORTEST_WAIT, WebhookSettings
from headwater_webhook.signatures import (
    decode_secret,
    sign_for_github,
    sign_hex,
    sign_standard,
)

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
GITHUB = "X-Hub-Signature-256"
# By which a receiver says that it wants no more of a message, as Svix has it.
STOP = ("webhook-delivery", "abort-message")
_UNFIT_FOR_IDS = re.compile(r"[^A-Za-z0-9_-]+")  # a dot would end the id within what is signed


class CustomWebhook(Channel[WebhookSettings]):
    """Sends notifications to any web service, in any form, and signed if told so."""

    slug = "custom-webhook"
    title = "Custom Webhook"
    settings_model = WebhookSettings
    rate = Rate(20, burst=20)
    closes_problems = True

    def preview(self, message: Message) -> Mapping[str, str]:
        values = self._values(message, "...", now())
        content, kind = content_of(self.settings, message, values)
        if content is None:
            return {"Request": f"{self.settings.method.upper()}, without a body"}
        return {kind or "Body": content.decode(errors="replace")}

    def _values(self, message: Message, id_: str, moment: datetime) -> Values:
        happened = (message.happened or moment).astimezone(UTC).isoformat()
        return values_of(self.settings, message, id_, happened.replace("+00:00", "Z"))

    def send(self, message: Message, key: str) -> None:
        settings, moment = self.settings, now()
        id_ = _UNFIT_FOR_IDS.sub("-", key)
        values = self._values(message, id_, moment)
        content, kind = content_of(settings, message, values)
        headers = {"Content-Type": kind} if kind else {}
        headers |= headers_of(settings, values)
        headers |= self._signatures(id_, int(moment.timestamp()), content or b"")
        answer = self.http.request(
            settings.method.upper(),
            SecretStr(url_of(settings, values)),
            content,
            headers,
            longest=min(max(settings.timeout, SHORTEST_WAIT), LONGEST_WAIT),
            tls=self._tls(),
            proxy=settings.proxy,
        )
        if not 200 <= answer.status < 300:
            error = refusal("the webhook", answer)
            error.permanent = error.permanent or answer.headers.get(STOP[0]) == STOP[1]
            raise error

    def _signatures(self, id_: str, timestamp: int, content: bytes) -> dict[str, str]:
        """Return the headers that each delivery has, and the signatures that it shall have."""
        settings = self.settings
        headers = {ID: id_, TIMESTAMP: str(timestamp)}
        # The newer first. Receivers take any of them.
        secrets = (settings.signing_secret, settings.former_signing_secret)
        if signatures := [
            sign_standard(decode_secret(secret.get_secret_value()), id_, timestamp, content)
            for secret in secrets
            if secret
        ]:
            headers[SIGNATURE] = " ".join(signatures)
        if settings.hmac_secret:
            told = None
            if settings.hmac_timestamp_header:
                headers[settings.hmac_timestamp_header] = str(timestamp)
                told = timestamp
            secret = settings.hmac_secret.get_secret_value()
            headers[settings.hmac_header] = sign_hex(secret, content, told)
        if settings.github_secret:
            secret = settings.github_secret.get_secret_value()
            headers[GITHUB] = sign_for_github(secret, content)
        return headers

    def _tls(self) -> Tls:
        settings = self.settings
        return Tls(
            authorities=settings.tls_authorities or "",
            certificate=settings.tls_certificate or "",
            key=settings.tls_key or SecretStr(""),
            server_name=settings.tls_server_name or "",
        )
