"""The channel: what it keeps, how it sends, what the answers mean."""

from headwater.api import Channel, ChannelSettings, ListOf, Message
from headwater.api.http import Answer, basic_login, refusal
from pydantic import Field, SecretStr

from headwater_signal.payload import compose

SENT = 201


class SignalSettings(ChannelSettings):
    url: SecretStr = Field(
        title="URL",
        description="Where the signal-cli-rest-api is, such as http://127.0.0.1:8080.",
    )
    number: SecretStr = Field(
        title="Number",
        description="The number that sends, as it is registered there: +4915112345678.",
    )
    recipients: ListOf[str] = Field(
        min_length=1,
        title="Recipients",
        description="Numbers, and ids of groups as /v1/groups gives them.",
    )
    username: str = Field("", title="Username", description="Where a proxy before it asks for one.")
    password: SecretStr = Field(SecretStr(""), title="Password", description="Of that user.")

    def list_warnings(self) -> list[str]:
        if self.url.get_secret_value().startswith("http://") and self.username:
            return ["the password goes over the network in clear: the URL has no https"]
        return []


class Signal(Channel[SignalSettings]):
    """Tells people and groups on Signal."""

    slug = "signal"
    title = "Signal"
    settings_model = SignalSettings

    def send(self, message: Message, key: str) -> None:
        # Signal takes no key: a message is repeated when the answer to the first was never seen.
        settings = self.settings
        body = compose(message) | {
            "number": settings.number.get_secret_value(),
            "recipients": settings.recipients,
        }
        base = settings.url.get_secret_value().rstrip("/")
        answer = self.http.post(SecretStr(f"{base}/v2/send"), body, self._login())
        if answer.status != SENT:
            raise refusal("Signal", answer, reason_in(answer))

    def _login(self) -> dict[str, str]:
        if not self.settings.username:
            return {}
        return basic_login(self.settings.username, self.settings.password.get_secret_value())


def reason_in(answer: Answer) -> str | None:
    """Return what the service says is wrong; None where it says it in no way of its own."""
    reason = answer.said.get("error")
    return reason if isinstance(reason, str) else None
