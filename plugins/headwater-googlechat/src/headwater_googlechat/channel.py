"""The channel: how it sends, and what Google Chat's answers mean."""

from collections.abc import Mapping
from typing import Any

from headwater.api import Channel, DeliveryError, Message
from headwater.api.http import Answer, refusal
from headwater.api.texts import as_json
from headwater_googlechat.payload import compose, compose_plainly
from headwater_googlechat.settings import GoogleChatSettings

UNREADABLE = 400
ABOUT_THE_WEBHOOK = ("API key not valid", "API_KEY_INVALID", "token")  # though they are a 400


class GoogleChatWebhook(Channel[GoogleChatSettings]):
    """Sends notifications to a space of Google Chat through an incoming webhook."""

    slug = "google-chat-webhook"
    title = "Google Chat Webhook"
    settings_model = GoogleChatSettings

    def preview(self, message: Message) -> Mapping[str, str]:
        settings = self.settings
        body = {**compose(message, settings.notify_type), **settings.thread_of(message)}
        return {"JSON": as_json(body)}

    def send(self, message: Message, key: str) -> None:
        # With a key that it knows, Google answers with the first message and posts no other.
        address, settings = self.settings.address_for(key), self.settings
        thread = settings.thread_of(message)
        answer = self.http.post(address, {**compose(message, settings.notify_type), **thread})
        if answer.status == UNREADABLE and not _is_about_webhook(answer):
            answer = self.http.post(address, {**compose_plainly(message), **thread})
        if not is_taken(answer):
            raise _refusal(answer)


def is_taken(answer: Answer) -> bool:
    """Say if the message is there: its name comes back."""
    return answer.status == 200 and bool(answer.said.get("name"))


def _is_about_webhook(answer: Answer) -> bool:
    return any(words in answer.text for words in ABOUT_THE_WEBHOOK)


def _refusal(answer: Answer) -> DeliveryError:
    error = _error(answer)
    if "message" not in error:
        return refusal("Google Chat", answer)
    status = f" ({error['status']})" if error.get("status") else ""
    return refusal("Google Chat", answer, f"{error['message']}{status}")


def _error(answer: Answer) -> dict[str, Any]:
    error = answer.said.get("error")
    return error if isinstance(error, dict) else {}
