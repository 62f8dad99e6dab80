"""The channel: what it keeps, how it sends, what Rocket.Chat's answers mean."""

import re
from collections.abc import Mapping

from pydantic import Field, SecretStr, field_validator

from headwater.api import Channel, ChannelSettings, DeliveryError, Message
from headwater.api.http import Answer, refusal
from headwater.api.texts import as_json
from headwater.api.tones import NotifyType
from headwater_rocketchat.payload import compose, compose_plainly

UNREADABLE = {400, 413}
TOO_LARGE = "error-message-size-exceeded"  # the server's own limit may be below ours
# The integration's id comes first, and in old servers' URLs a user's behind it.
_WEBHOOK = re.compile(r"https?://[^\s/?#]+(?:/[^\s/?#]+)*/hooks/[\w-]+(?:/[\w%-]+){1,2}/?")
_WAIT = re.compile(r"must wait (\d+) seconds")


class RocketChatSettings(ChannelSettings):
    url: SecretStr = Field(  # the whole URL is the credential
        title="Webhook URL",
        description="The URL of the incoming webhook, as its integration's page shows it.",
    )
    notify_type: NotifyType = "info"
    channel: str | None = Field(
        default=None,
        description="A #channel or @user in place of the webhook's own, where it allows that.",
    )
    alias: str | None = Field(default=None, description="Who the messages are from.")
    emoji: str | None = Field(
        default=None,
        description="The picture of who they are from, such as :bell:.",
        pattern=r"^(:[\w+-]+:)?$",
    )

    @field_validator("url")
    @classmethod
    def _is_webhook(cls, url: SecretStr) -> SecretStr:
        text = url.get_secret_value().strip()
        if not _WEBHOOK.fullmatch(text):
            example = "https://HOST/hooks/ID/TOKEN"
            raise ValueError(f"is not the URL of a Rocket.Chat webhook: {example}")
        return SecretStr(text)

    @property
    def frame(self) -> dict[str, object]:
        """The part of each payload that says where it goes and who it is from."""
        named = {"channel": self.channel, "alias": self.alias, "emoji": self.emoji}
        return {name: value.strip() for name, value in named.items() if value and value.strip()}

    def list_warnings(self) -> list[str]:
        if self.url.get_secret_value().startswith("http://"):
            return ["Messages and the token go over http, which others on the way can read."]
        return []


class RocketChatWebhook(Channel[RocketChatSettings]):
    """Sends notifications to Rocket.Chat through an incoming webhook."""

    slug = "rocket-chat-webhook"
    title = "Rocket.Chat Webhook"
    settings_model = RocketChatSettings

    def preview(self, message: Message) -> Mapping[str, str]:
        body = {**compose(message, self.settings.notify_type), **self.settings.frame}
        return {"JSON": as_json(body)}

    def send(self, message: Message, key: str) -> None:
        # It takes no key: a message is repeated when the answer to the first was never seen.
        url, settings = self.settings.url, self.settings
        answer = self.http.post(url, {**compose(message, settings.notify_type), **settings.frame})
        if answer.status in UNREADABLE and TOO_LARGE in answer.text:
            answer = self.http.post(url, {**compose_plainly(message), **settings.frame})
        if not (answer.status == 200 and answer.said.get("success") is True):
            raise _refusal(answer)


def _refusal(answer: Answer) -> DeliveryError:
    reason = str(answer.said.get("error") or "") or answer.text
    wait = _WAIT.search(reason)
    return refusal("Rocket.Chat", answer, reason, wait=float(wait[1]) if wait else None)
