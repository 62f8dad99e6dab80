"""What is kept of an incoming webhook of Mattermost."""

import re
from typing import Any
from urllib.parse import quote

from pydantic import Field, SecretStr, field_validator, model_validator

from headwater.api import ChannelSettings, ListOf
from headwater.api.tones import NotifyType

PORTS = {"https": 443, "http": 80}
OWN_PORT = 8065  # of Mattermost itself, which speaks HTTP there unless told otherwise
_PLACE = (
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/:?#@\[\]]+)(?::(?P<port>\d{1,5}))?(?P<path>(?:/[^\s/?#]+)*)"
)
_SERVER = re.compile(rf"(?:(?P<scheme>https?)://)?{_PLACE}/?")
_WEBHOOK = re.compile(rf"(?P<scheme>https?)://{_PLACE}/hooks/(?P<token>[A-Za-z0-9]+)/?")


class MattermostSettings(ChannelSettings):
    """As in the clients' own block, so that one which they save is a channel here."""

    url: SecretStr = Field(
        default=SecretStr(""),
        title="Webhook URL",
        description="The webhook's URL, as Mattermost shows it. Or give its parts:",
    )
    hostname: str = Field(default="", description="The Mattermost server's.")
    # 2.20's block has no such field.
    secure: bool | None = Field(
        default=None,
        description="Whether to speak https; without a word, on all ports but 80 and 8065.",
    )
    token: SecretStr = Field(
        default=SecretStr(""), description="What follows /hooks/ in the webhook's URL."
    )
    notify_type: NotifyType = "info"
    botname: str | None = Field(
        default=None,
        title="Bot name",
        description="Who the messages are from, where the server lets webhooks choose.",
    )
    channels: ListOf[str] | None = Field(
        default=None,
        description="Channels, or @users, to write to; without any, the webhook's own channel.",
    )
    include_image: bool = Field(
        default=False, description="Begin the title with a sign of how bad the news is."
    )
    path: str | None = Field(default=None, description="Where on the server Mattermost is.")
    port: int = Field(default=OWN_PORT, ge=1, le=65535, description="The server's.")

    @model_validator(mode="before")
    @classmethod
    def _take_apart(cls, given: Any) -> Any:
        """Keep the parts of a URL, as the clients do; also of one that is given as hostname."""
        if not isinstance(given, dict):
            return given
        if webhook := _find(_WEBHOOK, given.get("url")):
            # The path, too: that of another URL may have been kept.
            rest = {name: one for name, one in given.items() if name not in ("url", "path")}
            return {**rest, **_parts(webhook), "token": webhook["token"]}
        server = _find(_SERVER, given.get("hostname"))
        return {**given, **_parts(server)} if server else given

    @field_validator("url")
    @classmethod
    def _is_known(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value():
            raise ValueError("is not the URL of a Mattermost webhook: https://HOST/hooks/TOKEN")
        return url

    @field_validator("hostname")
    @classmethod
    def _is_host(cls, hostname: str) -> str:
        if hostname and not re.fullmatch(_PLACE, hostname):
            raise ValueError("is not the name of a host")
        return hostname

    @model_validator(mode="after")
    def _is_whole(self) -> "MattermostSettings":
        if not (self.hostname and self.token.get_secret_value()):
            raise ValueError("give url, or hostname and token")
        return self

    @property
    def scheme(self) -> str:
        # The clients' default is plain HTTP, even on the port that never speaks it.
        plain = self.secure is False or self.port in (OWN_PORT, PORTS["http"])
        secure = self.secure or self.port == PORTS["https"] or not plain
        return "https" if secure else "http"

    @property
    def address(self) -> SecretStr:
        path = "".join(f"/{quote(part)}" for part in (self.path or "").split("/") if part)
        token = quote(self.token.get_secret_value().strip(), safe="")
        return SecretStr(f"{self.scheme}://{self.hostname}:{self.port}{path}/hooks/{token}")

    def list_warnings(self) -> list[str]:
        if self.scheme == "http":
            return ["Messages and the token go over http, which others on the way can read."]
        return []


def _find(pattern: re.Pattern[str], value: Any) -> re.Match[str] | None:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    return pattern.fullmatch(text.strip()) if isinstance(text, str) else None


def _parts(found: re.Match[str]) -> dict[str, Any]:
    scheme, port, path = found["scheme"], found["port"], found["path"]
    parts: dict[str, Any] = {"hostname": found["host"]}
    if scheme:
        parts["secure"] = scheme == "https"
    if scheme or port:
        parts["port"] = int(port) if port else PORTS[scheme]
    if path:
        parts["path"] = path  # with the slash that the clients need
    return parts
