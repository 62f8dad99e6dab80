"""The channel: what it keeps, how it sends, what ntfy's answers mean."""

import json
from collections.abc import Mapping
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from headwater.api import Channel, ChannelSettings, Message
from headwater.api.http import Answer, basic_login, refusal
from headwater.api.texts import as_json
from headwater_ntfy.payload import TOPIC, compose


class NtfySettings(ChannelSettings):
    """A topic, and who may write to it."""

    topic: SecretStr = Field(  # whoever knows it may read it, unless the server asks for a login
        title="Topic", description="Up to 64 letters, digits, _ and -. Unguessable, on ntfy.sh."
    )
    token: SecretStr | None = Field(
        default=None, title="Access token", description="tk_..., where the topic is protected."
    )
    username: str | None = Field(
        default=None, title="User name", description="With a password, in place of the token."
    )
    password: SecretStr | None = Field(
        default=None, title="Password", description="With a user name, in place of the token."
    )
    problem_priority: int = Field(
        default=4, ge=1, le=5, title="Priority of problems", description="1 (least) to 5 (most)."
    )
    base_url: str = Field(
        default="https://ntfy.sh",
        pattern=r"^https?://",
        title="Base URL",
        description="The server, if it is not ntfy.sh.",
    )

    @field_validator("topic")
    @classmethod
    def _is_topic(cls, topic: SecretStr) -> SecretStr:
        if TOPIC.fullmatch(topic.get_secret_value()) is None:
            raise ValueError("is no name of a topic: 1 to 64 letters, digits, _ and -")
        return topic

    @model_validator(mode="after")
    def _check_login(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password belong together")
        if self.token and self.password:
            raise ValueError("token and password cannot go together")
        return self

    @property
    def headers(self) -> dict[str, str]:
        """What says who writes."""
        if self.token:
            return {"Authorization": f"Bearer {self.token.get_secret_value()}"}
        if self.username is not None and self.password:
            return basic_login(self.username, self.password.get_secret_value())
        return {}


class Ntfy(Channel[NtfySettings]):
    """Sends notifications to a topic of ntfy."""

    slug = "ntfy"
    title = "ntfy"
    settings_model = NtfySettings

    def preview(self, message: Message) -> Mapping[str, str]:
        topic = self.settings.topic.get_secret_value()
        return {"JSON": as_json(compose(message, topic, self.settings.problem_priority))}

    def send(self, message: Message, key: str) -> None:
        # ntfy takes no key: a message is repeated when the answer to the first was never seen.
        settings = self.settings
        body = compose(message, settings.topic.get_secret_value(), settings.problem_priority)
        # Not as `post` has it: what is no ASCII would count six bytes and more.
        content = json.dumps(body, ensure_ascii=False).encode(errors="replace")
        answer = self.http.request(
            "POST",
            SecretStr(settings.base_url.rstrip("/") + "/"),
            content,
            {"Content-Type": "application/json", **settings.headers},
        )
        if not is_taken(answer):
            raise refusal("ntfy", answer, _reason(answer))


def is_taken(answer: Answer) -> bool:
    """Say if ntfy took the message, which then comes back."""
    return answer.status == 200 and "id" in answer.said


def _reason(answer: Answer) -> str:
    """Return ntfy's words: `{"code": 40009, "http": 400, "error": "...", "link": "..."}`."""
    said = answer.said
    if not said.get("error"):
        return answer.text
    return f"{said['error']} ({said['code']})" if said.get("code") else str(said["error"])
