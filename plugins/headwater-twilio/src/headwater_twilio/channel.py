"""The channel: what it keeps, how it sends, what Twilio's answers mean."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Self

from pydantic import Field, SecretStr, model_validator

from headwater.api import BroadcastChannel, ChannelSettings, DeliveryError, ListOf, Message
from headwater.api.http import Answer, basic_login, refusal
from headwater.api.sms import MOST_PARTS, compose
from headwater_twilio.numbers import WHATSAPP, Number, Sender, mask

MOST_NUMBERS = 50
LONGEST = 25.0  # seconds after which no further number is told in one try
LATE = "there was no time left"
REGION = 21408  # where the account sends nothing: about the number, though a 403 at times
QUEUE_FULL = 21611  # of what waits to go out; Twilio says 429 or 400


class TwilioSettings(ChannelSettings):
    """As in the clients' own block, so that one which they save is a channel here."""

    account_sid: str = Field(
        pattern=r"^AC[0-9a-fA-F]{32}$",
        title="Account SID",
        description="The Account SID, which is on the homepage of the Twilio console.",
    )
    auth_token: SecretStr = Field(
        title="Auth token",
        description="The authentication token of the account, or the secret of the API key.",
    )
    from_phone_number: Sender | None = Field(
        default=None,
        title="From",
        description="What messages come from: a number of the account, such as +18001234567.",
    )
    to_phone_numbers: ListOf[Number] = Field(
        min_length=1,
        max_length=MOST_NUMBERS,
        title="To",
        description="The numbers that are told, each with its country: +18004242424.",
    )
    messaging_service_sid: str | None = Field(
        default=None,
        pattern=r"^MG[0-9a-fA-F]{32}$",
        title="Messaging service SID",
        description="The messaging service to send with, in place of a number.",
    )
    api_key_sid: str | None = Field(
        default=None,
        pattern=r"^SK[0-9a-fA-F]{32}$",
        title="API key SID",
        description="An API key, which can be revoked by itself; its secret is the auth token.",
    )
    most_parts: int = Field(
        default=2,
        ge=1,
        le=MOST_PARTS,
        title="Most parts",
        description="Parts of a message, each of which is paid for: 153 letters, 67 with emoji.",
    )
    base_url: str = Field(
        default="https://api.twilio.com",
        title="Base URL",
        description="https://api.EDGE.REGION.twilio.com for another region.",
    )

    @model_validator(mode="after")
    def _check_sender(self) -> Self:
        if not self.from_phone_number and not self.messaging_service_sid:
            raise ValueError("from_phone_number or messaging_service_sid is needed")
        if self.from_phone_number in self.to_phone_numbers:
            raise ValueError("from_phone_number cannot be told anything itself")
        return self


class TwilioSms(BroadcastChannel[TwilioSettings]):
    """Sends notifications by SMS through Twilio, to each number apart."""

    slug = "twilio-sms"
    title = "Twilio SMS"
    settings_model = TwilioSettings
    recipients = "numbers"

    def targets(self) -> list[str]:
        return list(dict.fromkeys(self.settings.to_phone_numbers))

    def show_target(self, target: str) -> str:
        return mask(target)

    def account(self) -> str:
        settings = self.settings
        sender = settings.messaging_service_sid or settings.from_phone_number
        return f"{settings.account_sid} {sender}"

    def preview(self, message: Message) -> Mapping[str, str]:
        return {"Text": compose(message, self.settings.most_parts)}

    def send_to(
        self, targets: Sequence[str], message: Message, key: str
    ) -> Mapping[str, DeliveryError]:
        # Twilio takes no key: a number is told again when the answer about it was never seen.
        end = time.monotonic() + LONGEST
        text = compose(message, self.settings.most_parts)
        failed: dict[str, DeliveryError] = {}
        for count, number in enumerate(targets):
            error = self._tell(number, text) if time.monotonic() < end else DeliveryError(LATE)
            if error is None:
                continue
            of_all = not isinstance(error, _NumberError) and (error.permanent or error.limited)
            if of_all and count == len(failed):
                raise error  # with which all others would meet, too
            failed |= dict.fromkeys(targets[count:] if of_all else [number], error)
            if of_all:
                break
        others = [error for error in failed.values() if not isinstance(error, _NumberError)]
        if len(others) == len(self.targets()):
            raise others[0]  # of the service, it seems
        return failed

    def _tell(self, number: str, text: str) -> DeliveryError | None:
        """Return the failure, None if Twilio took the message."""
        settings = self.settings
        url = f"{settings.base_url.rstrip('/')}/2010-04-01/Accounts/{settings.account_sid}"
        username = settings.api_key_sid or settings.account_sid
        headers = basic_login(username, settings.auth_token.get_secret_value())
        try:
            answer = self.http.post_form(
                SecretStr(f"{url}/Messages.json"), self._fields(number, text), headers
            )
        except DeliveryError as error:
            return error
        self.http.last = replace(answer, text=mask(answer.text))  # which is kept
        return None if _is_taken(answer) else _explain(answer)

    def _fields(self, number: str, text: str) -> dict[str, str]:
        fields = {"To": number, "Body": text}
        if self.settings.messaging_service_sid:
            fields["MessagingServiceSid"] = self.settings.messaging_service_sid
        if sender := self.settings.from_phone_number:
            over_whatsapp = number.startswith(WHATSAPP) and not sender.startswith(WHATSAPP)
            fields["From"] = f"{WHATSAPP}{sender}" if over_whatsapp else sender
        return fields


def _is_taken(answer: Answer) -> bool:
    """Say if it is Twilio that took the message, which it then names."""
    return answer.status in (200, 201) and "sid" in answer.said


class _NumberError(DeliveryError):
    """Twilio took no message for one number; the next may do."""


def _explain(answer: Answer) -> DeliveryError:
    """Return the failure, with Twilio's words: `{"code": 21211, "message": "...", ...}`."""
    said = answer.said
    code, text = said.get("code"), mask(str(said.get("message") or answer.text))
    error = refusal("Twilio", answer, f"{code} {text}" if code else text)
    if code == QUEUE_FULL:
        error.permanent = False
        error.limited = True
    if error.permanent and (answer.status == 400 or code == REGION):
        return _NumberError(str(error), permanent=True)
    return error
