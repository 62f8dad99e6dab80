"""The channel: what it keeps, how it sends, what SendGrid's answers mean."""

from collections.abc import Mapping

from pydantic import Field, SecretStr

from headwater.api import Channel, ChannelSettings, DeliveryError, ListOf, Message, now
from headwater.api.http import Answer, refusal, seconds_until
from headwater.api.mails import EmailAddress, address_of, plain, subject
from headwater.api.tones import NotifyType
from headwater_sendgrid.payload import MOST_RECIPIENTS, compose

TAKEN = {200, 202}  # 200 where the account is a sandbox
RESET = "x-ratelimit-reset"  # the second of the epoch at which the quota is full again


class SendgridSettings(ChannelSettings):
    """As in the clients' own block, so that one which they save is a channel here."""

    api_key: SecretStr = Field(
        title="API Key",
        description="The API Key associated with your sendgrid account. It needs Mail Send only.",
    )
    sender_email: EmailAddress = Field(
        title="Sender email id",
        description="The sender email id, which SendGrid has verified.",
    )
    to_emails: ListOf[EmailAddress] = Field(
        min_length=1,
        max_length=MOST_RECIPIENTS,
        title="Recipient emails",
        description="Email ids of all recipients. Each gets a mail of their own.",
    )
    notify_type: NotifyType = "info"
    reply_to: EmailAddress | None = Field(
        default=None, title="Reply to", description="Where answers go, if not to the sender."
    )
    base_url: str = Field(
        default="https://api.sendgrid.com",
        title="Base URL",
        description="https://api.eu.sendgrid.com for subusers whose data stay in the EU.",
    )


class SendgridEmail(Channel[SendgridSettings]):
    """Sends notifications by e-mail through SendGrid, to each recipient apart."""

    slug = "sendgrid-email"
    title = "Sendgrid Email"
    settings_model = SendgridSettings

    def preview(self, message: Message) -> Mapping[str, str]:
        return {"Subject": subject(message), "Text": plain(message)}

    def send(self, message: Message, key: str) -> None:
        # SendGrid takes no key: a mail is repeated when the answer to the first was never seen. It
        # then has the same Message-ID, by which mail servers and programs may know it.
        settings = self.settings
        body = compose(
            message,
            key,
            sender=address_of(settings.sender_email),
            recipients=[address_of(each) for each in settings.to_emails],
            reply_to=address_of(settings.reply_to) if settings.reply_to else None,
            notify_type=settings.notify_type,
        )
        url = SecretStr(settings.base_url.rstrip("/") + "/v3/mail/send")
        headers = {"Authorization": f"Bearer {settings.api_key.get_secret_value()}"}
        answer = self.http.post(url, body, headers)
        if answer.status not in TAKEN:
            raise _explain(answer)


def _explain(answer: Answer) -> DeliveryError:
    wait = seconds_until(answer.headers.get(RESET, ""), now())
    return refusal("SendGrid", answer, _reason(answer), wait=wait)


def _reason(answer: Answer) -> str:
    """Return SendGrid's words: `{"errors": [{"message", "field", "help"}]}`."""
    errors = answer.said.get("errors")
    told = []
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, dict) and error.get("message"):
            place = f" ({error['field']})" if error.get("field") else ""
            told.append(f"{error['message']}{place}")
    return "; ".join(told) or answer.text
