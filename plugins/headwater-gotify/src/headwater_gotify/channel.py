"""The channel: what it keeps, how it sends, what Gotify's answers mean."""

from collections.abc import Mapping

from pydantic import Field, SecretStr

from headwater.api import Channel, ChannelSettings, Message
from headwater.api.http import Answer, refusal
from headwater.api.texts import as_json
from headwater_gotify.payload import compose


class GotifySettings(ChannelSettings):
    """A server of one's own, and an application of it."""

    base_url: str = Field(
        pattern=r"^https?://",
        title="Base URL",
        description="The server: https://gotify.example.com.",
    )
    token: SecretStr = Field(
        min_length=1,
        title="Application token",
        description="The token of an application, which begins with A.",
    )
    problem_priority: int = Field(
        default=8,
        ge=0,
        le=10,
        title="Priority of problems",
        description="0 to 10; from 4 on devices sound, from 8 on they push themselves forward.",
    )

    def list_warnings(self) -> list[str]:
        if self.token.get_secret_value().startswith("C"):
            return ["This looks like a client's token; Gotify takes messages by an application's."]
        return []


class Gotify(Channel[GotifySettings]):
    """Sends notifications to an application of Gotify."""

    slug = "gotify"
    title = "Gotify"
    settings_model = GotifySettings

    def preview(self, message: Message) -> Mapping[str, str]:
        return {"JSON": as_json(compose(message, self.settings.problem_priority))}

    def send(self, message: Message, key: str) -> None:
        # Gotify takes no key: a message is repeated when the answer to the first was never seen.
        settings = self.settings
        url = SecretStr(settings.base_url.rstrip("/") + "/message")
        headers = {"X-Gotify-Key": settings.token.get_secret_value()}
        answer = self.http.post(url, compose(message, settings.problem_priority), headers)
        if not is_taken(answer):
            raise refusal("Gotify", answer, _reason(answer))


def is_taken(answer: Answer) -> bool:
    """Say if Gotify took the message, which then comes back."""
    return answer.status == 200 and "id" in answer.said


def _reason(answer: Answer) -> str:
    """Return Gotify's words: `{"error": "...", "errorCode": 400, "errorDescription": "..."}`."""
    said = answer.said
    return str(said.get("errorDescription") or said.get("error") or answer.text)
