"""The channel: what it keeps, how it sends, what Slack's answers mean."""

from collections.abc import Mapping

from pydantic import Field, SecretStr

from headwater.api import Channel, ChannelSettings, Message
from headwater.api.http import Answer, refusal
from headwater.api.texts import as_json
from headwater.api.tones import NotifyType
from headwater_slack.payload import compose, compose_plainly

# Statuses by which Slack finds fault with the form of a message and not with the webhook; its
# changelog of 2016-05-17 names the texts that go with them.
UNREADABLE = {400, 413, 422}
REVOKED = "invalid_token"  # which comes as 400 at times
# By which Slack says that the webhook, or where it leads, is no more.
GONE = (REVOKED, "no_service", "no_team", "team_disabled", "channel_is_archived")


class SlackSettings(ChannelSettings):
    """As in the clients' own block, so that one which they save is a channel here."""

    url: SecretStr = Field(  # the whole URL is the credential
        title="Webhook URL",
        description="Slack incoming webhook URL used to send notifications.",
    )
    notify_type: NotifyType = "info"


class SlackWebhook(Channel[SlackSettings]):
    """Sends notifications to the channel of a Slack incoming webhook."""

    slug = "slack-webhook"
    title = "Slack Webhook"
    settings_model = SlackSettings

    def preview(self, message: Message) -> Mapping[str, str]:
        return {"JSON": as_json(compose(message, self.settings.notify_type))}

    def send(self, message: Message, key: str) -> None:
        # Slack takes no key: a message is repeated when the answer to the first was never seen.
        answer = self.http.post(self.settings.url, compose(message, self.settings.notify_type))
        if answer.status in UNREADABLE and REVOKED not in answer.text:
            answer = self.http.post(self.settings.url, compose_plainly(message))
        if not is_taken(answer):
            # A 200 that is not Slack's is final: whoever answered took the message.
            error = refusal("Slack", answer)
            error.gone = error.permanent and any(words in answer.text for words in GONE)
            raise error


def is_taken(answer: Answer) -> bool:
    """Say if Slack took the message. Its servers say `ok`, its workflows `{"ok":true}`."""
    if answer.status != 200:
        return False
    return answer.text.strip() == "ok" or answer.said.get("ok") is True
