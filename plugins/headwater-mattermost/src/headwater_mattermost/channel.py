"""The channel: how it sends, and what Mattermost's answers mean."""

from collections.abc import Mapping

from headwater.api import Channel, DeliveryError, Message
from headwater.api.http import Answer, refusal
from headwater.api.texts import as_json
from headwater_mattermost.payload import compose, compose_plainly
from headwater_mattermost.settings import MattermostSettings

UNREADABLE = {400, 413}
# Of those statuses, the errors that are no matter of the message's form, by a part of their ids.
ABOUT_THE_WEBHOOK = tuple(f"incoming_webhook.{part}." for part in ("invalid", "user", "channel"))
SWITCHED_OFF = 501  # by the administrator


class MattermostWebhook(Channel[MattermostSettings]):
    """Sends notifications to channels of Mattermost through an incoming webhook."""

    slug = "mattermost-webhook"
    title = "Mattermost Webhook"
    settings_model = MattermostSettings

    def preview(self, message: Message) -> Mapping[str, str]:
        return {"JSON": as_json(compose(message, self.settings))}

    def send(self, message: Message, key: str) -> None:
        """Deliver *message* to each channel: one that fails for good keeps no other from it.

        Mattermost takes no key. What fails for now is sent again to all of them.
        """
        failures = []
        for name in self.settings.channels or [""]:
            try:
                self._send_to(name, message)
            except DeliveryError as error:
                failures.append(error)
                if not error.permanent:
                    break
        if failures:
            raise failures[-1]

    def _send_to(self, name: str, message: Message) -> None:
        to = {"channel": name} if name else {}
        address = self.settings.address
        answer = self.http.post(address, {**compose(message, self.settings), **to})
        if answer.status in UNREADABLE and not _is_about_webhook(answer):
            answer = self.http.post(address, {**compose_plainly(message, self.settings), **to})
        if not (answer.status == 200 and answer.text.strip() == "ok"):
            raise _refusal(answer, name)


def _is_about_webhook(answer: Answer) -> bool:
    return any(part in _said(answer, "id") for part in ABOUT_THE_WEBHOOK)


def _refusal(answer: Answer, name: str) -> DeliveryError:
    reason = _said(answer, "message") or answer.text
    error = refusal(f"Mattermost, asked for {name}," if name else "Mattermost", answer, reason)
    error.permanent = error.permanent or answer.status == SWITCHED_OFF
    return error


def _said(answer: Answer, part: str) -> str:
    return str(answer.said.get(part) or "")
