"""What the channel keeps, and whether it may send at all."""

import os
import re
from collections.abc import Iterator
from typing import Annotated, Self
from urllib.parse import unquote

from pydantic import AfterValidator, Field, SecretStr, model_validator

from headwater.api import ChannelSettings, ConfigError
from headwater.api.tones import NotifyType

ENABLED = "HEADWATER_APPRISE__ENABLED"
OFF = f"the bridge to apprise is off; {ENABLED}=true in the server's environment switches it on"
_ON, _OFF = ("true", "1", "yes", "on"), ("false", "0", "no", "off", "")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*://\S+")
# By which a URL has files of the server read and sent.
_READS_FILES = re.compile(r"[?&][-+:]?(template|keyfile|subfile)=", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+|[\w-]+(\.[\w-]+)+")  # no secret: `notify`, `chat.example.com`
SHORTEST = 4  # signs of a secret


def read_enabled() -> bool:
    """Say if somebody switched the bridge on; raise ConfigError for what says neither."""
    value = os.environ.get(ENABLED, "").strip().lower()
    if value not in (*_ON, *_OFF):
        raise ConfigError(f"{ENABLED} is neither true nor false")
    return value in _ON


def _check_url(url: SecretStr) -> SecretStr:
    text = url.get_secret_value()
    if not _URL.fullmatch(text):
        raise ValueError("is no URL of apprise's, such as service://...")
    if _READS_FILES.search(unquote(text)):
        raise ValueError("must not name files of the server: template, keyfile, subfile")
    return url


class AppriseSettings(ChannelSettings):
    """One URL as apprise has them."""

    url: Annotated[SecretStr, AfterValidator(_check_url)] = Field(
        title="URL",
        description="The URL of a service as apprise's documentation has it: service://...",
    )
    notify_type: NotifyType = "info"

    @model_validator(mode="after")
    def _check_private(self) -> Self:
        if not self.allow_private_urls:
            raise ValueError("allow_private_urls is always true here: no guard holds for apprise")
        return self

    def list_warnings(self) -> list[str]:
        if not read_enabled():
            return [OFF]
        from headwater_apprise import bridge  # late, since it takes long to load

        reason = bridge.find_fault(self.url.get_secret_value())
        return [f"apprise cannot use the URL: {self.mask(reason)}"] if reason else []

    def mask(self, text: str) -> str:
        """Return *text* without the parts of the URL, many of which are secrets."""
        for part in sorted(set(_parts(self.url.get_secret_value())), key=len, reverse=True):
            text = text.replace(part, "***")
        return text


def _parts(url: str) -> Iterator[str]:
    """Return what may be secret in a URL; often the place of the host is a token, too."""
    place, _, query = url.partition("://")[2].partition("?")
    host, _, path = place.partition("/")
    login, _, host = host.rpartition("@")
    values = [value.partition("=")[2] for value in query.split("&")]
    found = [host, *re.split("[:/,@#]", f"{host}/{path}"), *values]
    others = [part for part in found if not _WORD.fullmatch(part)]
    for part in (*login.split(":"), *others):
        for form in (part, unquote(part)):
            if len(form) >= SHORTEST:
                yield form
