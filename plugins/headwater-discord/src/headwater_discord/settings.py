"""What is kept of a webhook of Discord."""

import re
from typing import Annotated, Any
from urllib.parse import parse_qs, quote, urlsplit

from pydantic import BeforeValidator, Field, SecretStr, field_validator, model_validator

from headwater.api import ChannelSettings, ListOf
from headwater.api.tones import NotifyType

API = "https://discord.com/api"
LONGEST_NAME = 80
_WEBHOOK = re.compile(
    r"(?P<base>https?://[^\s?#]+/api(?:/v\d+)?)/webhooks/(?P<id>\d+)/(?P<token>[\w-]+)/?"
    r"(?:\?\S*)?(?:#\S*)?"
)
_REFUSED_NAMES = re.compile("clyde|discord", re.IGNORECASE)
Snowflake = Annotated[str, Field(pattern=r"^\d{1,20}$")]  # how Discord calls its numbers


class DiscordSettings(ChannelSettings):
    """As in the clients' own block, so that one which they save is a channel here."""

    url: SecretStr = Field(
        default=SecretStr(""),
        title="Webhook URL",
        description="The webhook's URL, as Discord shows it. Or give its parts:",
    )
    webhook_id: SecretStr = Field(
        default=SecretStr(""),
        title="Webhook ID",
        description="The number in the webhook's URL.",
    )
    webhook_token: SecretStr = Field(
        default=SecretStr(""),
        title="Webhook Token",
        description="What follows the number in the webhook's URL.",
    )
    notify_type: NotifyType = "info"
    botname: str | None = Field(
        default=None, title="Bot name", description="Who the messages are from."
    )
    # 2.20's block says False where there is none.
    avatar_url: Annotated[str | None, BeforeValidator(lambda url: url or None)] = Field(
        default=None, title="Avatar URL", description="A picture of who the messages are from."
    )
    avatar: bool = Field(
        default=False, description="Of the clients' block: here a URL is enough for a picture."
    )
    include_image: bool = Field(
        default=False, description="Begin the title with a sign of how bad the news is."
    )
    tts: bool = Field(default=False, description="Have the title read aloud.")
    thread_id: Snowflake | None = Field(default=None, description="A thread to write to.")
    thread_name: str | None = Field(
        default=None, description="In forum channels: the name of the thread that each begins."
    )
    mention_users: ListOf[Snowflake] = Field(
        default=[], description="Numbers of users to call when there is a problem."
    )
    mention_roles: ListOf[Snowflake] = Field(
        default=[], description="Numbers of roles to call when there is a problem."
    )
    base_url: str = Field(
        default=API,
        title="Base URL",
        description="The API's, if there is a gateway before it.",
        pattern=r"^https?://",
    )

    @model_validator(mode="before")
    @classmethod
    def _take_apart(cls, given: Any) -> Any:
        """Keep the parts of a URL, as the clients do."""
        found = _find(given.get("url")) if isinstance(given, dict) else None
        if found is None:
            return given
        parts = {
            "webhook_id": found["id"],
            "webhook_token": found["token"],
            # The old name answers with redirects.
            "base_url": found["base"].replace("://discordapp.com/", "://discord.com/"),
        }
        threads = parse_qs(urlsplit(found[0]).query).get("thread_id")
        thread = {"thread_id": threads[0]} if threads else {}
        return {**thread, **{name: one for name, one in given.items() if name != "url"}, **parts}

    @field_validator("url")
    @classmethod
    def _is_known(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value():
            raise ValueError("is not the URL of a Discord webhook: .../api/webhooks/NUMBER/TOKEN")
        return url

    @field_validator("webhook_id")
    @classmethod
    def _is_number(cls, webhook_id: SecretStr) -> SecretStr:
        if re.fullmatch(r"\d*", webhook_id.get_secret_value()) is None:
            raise ValueError("is a number: what stands after /webhooks/ in the URL")
        return webhook_id

    @model_validator(mode="after")
    def _is_whole(self) -> "DiscordSettings":
        if not (self.webhook_id.get_secret_value() and self.webhook_token.get_secret_value()):
            raise ValueError("give url, or webhook_id and webhook_token")
        return self

    @property
    def username(self) -> str | None:
        """The name to write under, None: the webhook's own, as where Discord refuses it."""
        name = (self.botname or "").strip()[:LONGEST_NAME]
        return name if name and not _REFUSED_NAMES.search(name) else None

    @property
    def address(self) -> SecretStr:
        """Where messages are posted to. Without *wait*, Discord does not tell of those it lost."""
        token = quote(self.webhook_token.get_secret_value().strip(), safe="")
        webhook = f"/webhooks/{self.webhook_id.get_secret_value()}/{token}?wait=true"
        thread = f"&thread_id={self.thread_id}" if self.thread_id else ""
        return SecretStr(self.base_url.rstrip("/") + webhook + thread)

    def list_warnings(self) -> list[str]:
        if self.botname and _REFUSED_NAMES.search(self.botname):
            return ["Discord refuses bot names with clyde or discord in them: it is left out."]
        return []


def _find(url: Any) -> re.Match[str] | None:
    text = url.get_secret_value() if isinstance(url, SecretStr) else url
    return _WEBHOOK.fullmatch(text.strip()) if isinstance(text, str) else None
