"""The channel: what it keeps, how it sends, what Telegram's answers mean."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field, SecretStr, field_validator

from headwater.api import Channel, ChannelSettings, DeliveryError, Message, Quota, Rate
from headwater.api.http import Answer, refusal
from headwater.api.texts import as_json
from headwater_telegram.payload import compose, compose_plainly

MINUTE = 60.0  # seconds
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
GONE = ("blocked by the user", "was kicked", "user is deactivated")
UNREADABLE = "can't parse entities"  # Telegram's words for fault with the form of a message


class TelegramSettings(ChannelSettings):
    """A bot, and the chat that it writes to."""

    bot_token: SecretStr = Field(
        title="Bot token", description="What @BotFather gives: 123456:ABC-DEF..."
    )
    chat_id: str = Field(
        pattern=r"^(-?\d{1,20}|@[A-Za-z0-9_]{1,64})$",
        title="Chat",
        description="The chat's number (groups have a minus before it), or a channel's @name.",
    )
    message_thread_id: int | None = Field(
        default=None, ge=1, title="Topic", description="The number of a topic, in forums."
    )
    silent: bool = Field(
        default=False, title="Silent", description="Sound for problems only, and for nothing else."
    )
    base_url: str = Field(
        default="https://api.telegram.org",
        pattern=r"^https?://",
        title="Base URL",
        description="A Bot API server of one's own, or a gateway.",
    )

    @property
    def is_group(self) -> bool:
        return self.chat_id.startswith(("-", "@"))

    @field_validator("bot_token")
    @classmethod
    def _is_token(cls, token: SecretStr) -> SecretStr:
        if _TOKEN.fullmatch(token.get_secret_value()) is None:
            raise ValueError("is no token of a bot: NUMBER:LETTERS")
        return token

    @field_validator("chat_id", mode="before")
    @classmethod
    def _as_text(cls, chat_id: Any) -> Any:
        is_number = isinstance(chat_id, int) and not isinstance(chat_id, bool)
        return str(chat_id) if is_number else chat_id


class Telegram(Channel[TelegramSettings]):
    """Sends notifications to a chat by a bot of Telegram."""

    slug = "telegram"
    title = "Telegram"
    settings_model = TelegramSettings

    def quotas(self) -> Sequence[Quota]:
        bot = f"{self.settings.base_url} {self.settings.bot_token.get_secret_value()}"
        chat = f"{bot} {self.settings.chat_id}"
        quotas = [Quota(self.rate, chat), Quota(Rate(30, burst=30), bot)]
        if self.settings.is_group:
            quotas.append(Quota(Rate.at_most(20, MINUTE, burst=self.rate.burst), chat))
        return quotas

    def preview(self, message: Message) -> Mapping[str, str]:
        settings = self.settings
        body = compose(message, settings.chat_id, settings.message_thread_id, settings.silent)
        return {"JSON": as_json(body)}

    def send(self, message: Message, key: str) -> None:
        # Bots have no keys: a message is repeated when the answer to the first was never seen.
        settings = self.settings
        body = compose(message, settings.chat_id, settings.message_thread_id, settings.silent)
        answer = self._post(body)
        if answer.status == 400 and UNREADABLE in _description(answer):
            body = compose_plainly(message, body)
            answer = self._post(body)
        if (moved := _said(answer, "parameters", "migrate_to_chat_id")) is not None:
            # A group that grew has another number. Each message asks anew: nothing is kept here.
            answer = self._post({**body, "chat_id": str(moved)})
        if answer.status != 200 or _said(answer, "ok") is not True:
            raise _refusal(answer)

    def _post(self, body: dict[str, object]) -> Answer:
        base, token = self.settings.base_url.rstrip("/"), self.settings.bot_token
        return self.http.post(SecretStr(f"{base}/bot{token.get_secret_value()}/sendMessage"), body)


def _refusal(answer: Answer) -> DeliveryError:
    wait = _said(answer, "parameters", "retry_after")
    error = refusal("Telegram", answer, _description(answer), wait=wait)
    error.gone = answer.status == 403 and any(one in _description(answer) for one in GONE)
    return error


def _description(answer: Answer) -> str:
    """Return Telegram's words: `{"ok": false, "error_code": 400, "description": "..."}`."""
    return str(_said(answer, "description") or answer.text)


def _said(answer: Answer, *path: str) -> Any:
    said = answer.json
    for name in path:
        said = said.get(name) if isinstance(said, dict) else None
    return said
