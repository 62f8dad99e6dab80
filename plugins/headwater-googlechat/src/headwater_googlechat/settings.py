"""What is kept of an incoming webhook of Google Chat."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import Field, SecretStr, field_validator

from headwater.api import ChannelSettings, Message
from headwater.api.tones import NotifyType

LONGEST_THREAD_KEY = 1000  # Google takes 4000; the rest of the message needs its room
# Without it a thread's key is passed over, and a recovery stands alone.
REPLY = "REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"
_WEBHOOK = re.compile(r"https?://[^\s/?#]+(?:/[^\s?#]+)*/v1/spaces/[\w-]+/messages\?[^\s#]+")


class GoogleChatSettings(ChannelSettings):
    url: SecretStr = Field(  # the whole URL is the credential
        title="Webhook URL",
        description="The webhook's URL, as Google Chat shows it in the space's apps.",
    )
    notify_type: NotifyType = "info"
    in_threads: bool = Field(
        default=True,
        description="Keep all that is told of one flow in a thread, its recovery too.",
    )

    @field_validator("url")
    @classmethod
    def _is_webhook(cls, url: SecretStr) -> SecretStr:
        text = url.get_secret_value().strip()
        given = parse_qs(urlsplit(text).query) if _WEBHOOK.fullmatch(text) else {}
        if not {"key", "token"} <= given.keys():
            example = "https://chat.googleapis.com/v1/spaces/SPACE/messages?key=...&token=..."
            raise ValueError(f"is not the URL of a Google Chat webhook: {example}")
        return SecretStr(text)

    def address_for(self, key: str) -> SecretStr:
        """Return where a message is posted; asked with the same *key* again, Google posts none."""
        address = urlsplit(self.url.get_secret_value())
        given = {name: values[0] for name, values in parse_qs(address.query).items()}
        query = {name: given[name] for name in ("key", "token")} | {"requestId": key}
        if self.in_threads:
            query["messageReplyOption"] = REPLY
        return SecretStr(address._replace(query=urlencode(query)).geturl())

    def thread_of(self, message: Message) -> dict[str, object]:
        """Return the part of a payload that names the thread: the URL's own, else the flow's."""
        if not self.in_threads:
            return {}
        own = parse_qs(urlsplit(self.url.get_secret_value()).query).get("threadKey")
        key = own[0] if own else message.dedup_key
        return {"thread": {"threadKey": key[:LONGEST_THREAD_KEY]}}
