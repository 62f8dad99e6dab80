"""The channel: what it keeps, how it sends, what Pushover's answers mean."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from headwater.api import Channel, ChannelSettings, DeliveryError, Kind, Message, now
from headwater.api.http import Answer, refusal, seconds_until
from headwater.api.texts import as_json
from headwater_pushover.payload import Emergency, compose, tag_of

RESET = "x-limit-app-reset"  # the second of the epoch at which the month's quota is full again


def _check_key(key: SecretStr) -> SecretStr:
    text = key.get_secret_value()
    if len(text) != 30 or not (text.isascii() and text.isalnum()):
        raise ValueError("is no key of Pushover's: 30 letters and digits")
    return key


Key = Annotated[SecretStr, AfterValidator(_check_key)]


class PushoverSettings(ChannelSettings):
    """An application, and a person or a group that it tells."""

    token: Key = Field(
        title="Application token", description="The API token of an application of Pushover."
    )
    user: Key = Field(title="User key", description="The key of who is told, or of a group.")
    device: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_-]{1,25}(,[A-Za-z0-9_-]{1,25})*$",
        title="Device",
        description="The name of one device of theirs, or several: phone,tablet.",
    )
    sound: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_-]{1,30}$",
        title="Sound",
        description="The name of a sound, if not the one that they chose.",
    )
    emergency: bool = Field(
        default=False,
        title="Emergency",
        description="Repeat what failed until somebody acknowledges it, or it is over.",
    )
    retry: int = Field(
        default=60, ge=30, title="Retry", description="Seconds between two of these repeats."
    )
    expire: int = Field(
        default=3600, ge=30, le=10800, title="Expire", description="Seconds after which they end."
    )
    base_url: str = Field(
        default="https://api.pushover.net",
        pattern=r"^https?://",
        title="Base URL",
        description="The API's, if there is a gateway before it.",
    )


class Pushover(Channel[PushoverSettings]):
    """Sends notifications to people's devices by Pushover."""

    slug = "pushover"
    title = "Pushover"
    settings_model = PushoverSettings
    closes_problems = True

    def preview(self, message: Message) -> Mapping[str, str]:
        return {"Form": as_json(self._fields(message))}

    def send(self, message: Message, key: str) -> None:
        # Pushover takes no key: a message is repeated when the answer to the first was never seen.
        settings = self.settings
        if settings.emergency and message.kind is Kind.RECOVERY:
            self._call_off(message)
        self._post("messages", self._fields(message) | {"user": settings.user.get_secret_value()})

    def _fields(self, message: Message) -> dict[str, str]:
        settings = self.settings
        emergency = Emergency(settings.retry, settings.expire) if settings.emergency else None
        chosen = {"device": settings.device, "sound": settings.sound}
        return compose(message, emergency) | {name: one for name, one in chosen.items() if one}

    def _call_off(self, message: Message) -> None:
        """End the repeats of the problem that is over. To do so twice does no harm."""
        try:
            self._post(f"receipts/cancel_by_tag/{tag_of(message)}", {})
        except DeliveryError as error:
            if not error.permanent:
                raise
            # That nothing is there to call off keeps nobody from the good news.

    def _post(self, route: str, fields: dict[str, str]) -> None:
        settings = self.settings
        url = SecretStr(f"{settings.base_url.rstrip('/')}/1/{route}.json")
        fields = fields | {"token": settings.token.get_secret_value()}
        answer = self.http.post_form(url, fields)
        if answer.status != 200 or answer.said.get("status") != 1:
            raise _refusal(answer)


def _refusal(answer: Answer) -> DeliveryError:
    wait = seconds_until(answer.headers.get(RESET, ""), now())
    return refusal("Pushover", answer, _reason(answer), wait=wait)


def _reason(answer: Answer) -> str:
    """Return Pushover's words: `{"status": 0, "errors": ["..."], "request": "..."}`."""
    errors = answer.said.get("errors")
    return "; ".join(map(str, errors)) if isinstance(errors, list) and errors else answer.text
