"""What is kept of a bot of Zulip and of where it writes."""

import json

from pydantic import Field, SecretStr, model_validator

from headwater.api import ChannelSettings, ListOf, Message
from headwater.api.http import basic_login
from headwater.api.texts import clean, cut, one_line
from headwater.api.tones import NotifyType

LONGEST_TOPIC = 60
NO_TOPIC = "Headwater"


class ZulipSettings(ChannelSettings):
    base_url: str = Field(
        title="Organization URL",
        description="Where the organization is, such as https://example.zulipchat.com.",
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
    )
    bot_email: str = Field(
        description="The bot's address, as its settings show it.", pattern=r"^[!-9;-~]+@[!-9;-~]+$"
    )
    api_key: SecretStr = Field(
        title="API key", description="The bot's key, as its settings show it.", min_length=1
    )
    notify_type: NotifyType = "info"
    stream: str | None = Field(
        default=None, description="The channel to write to (a stream, in former words)."
    )
    topic: str | None = Field(
        default=None, description="One topic for all; without it, each flow has its own."
    )
    people: ListOf[str] | None = Field(
        default=None, description="Or the addresses of who gets a direct message, all in one."
    )

    @model_validator(mode="after")
    def _goes_somewhere(self) -> "ZulipSettings":
        if bool((self.stream or "").strip()) == bool(self.people):
            raise ValueError("give either stream or people")
        return self

    @property
    def address(self) -> SecretStr:
        return SecretStr(f"{self.base_url.rstrip('/')}/api/v1/messages")

    @property
    def login(self) -> dict[str, str]:
        return basic_login(self.bot_email, self.api_key.get_secret_value().strip())

    def place_of(self, message: Message) -> dict[str, str]:
        """Return the part of a form that says where *message* goes."""
        if self.people:
            return {"type": "direct", "to": json.dumps(self.people)}
        topic = one_line(clean(self.topic or "")) or _flow_of(message)
        return {
            "type": "stream",  # which all versions know
            "to": (self.stream or "").strip(),
            "topic": cut(topic, LONGEST_TOPIC) or NO_TOPIC,
        }

    def list_warnings(self) -> list[str]:
        if self.base_url.startswith("http://"):
            return ["Messages and the bot's key go over http, which others on the way can read."]
        return []


def _flow_of(message: Message) -> str:
    """Return what a problem and its recovery have in common: their title begins with the flow."""
    return one_line(clean(message.title).partition(" / ")[0].partition(": ")[0]) or NO_TOPIC
