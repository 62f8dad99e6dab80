"""The channel: how it sends, and what a mail server's answers mean."""

import smtplib
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

from headwater.api import BroadcastChannel, DeliveryError, Message, Rate, now
from headwater.api.http import Answer, Tls
from headwater.api.mails import plain, subject
from headwater_smtp.mail import compose
from headwater_smtp.session import Session
from headwater_smtp.settings import SmtpSettings

LONGEST_REASON = 300  # characters
FINAL = 500  # from here on no further try is of use; 4xx is trouble for now


@dataclass(frozen=True)
class Reply:
    code: int
    text: str

    @property
    def permanent(self) -> bool:
        return self.code >= FINAL

    def __str__(self) -> str:
        return f"{self.code}: {' '.join(self.text.split())[:LONGEST_REASON] or 'no reason'}"


class SmtpEmail(BroadcastChannel[SmtpSettings]):
    """Sends notifications by e-mail, one to all recipients that the server takes."""

    slug = "smtp-email"
    title = "SMTP Email"
    settings_model = SmtpSettings
    rate = Rate(10, burst=10)

    def targets(self) -> list[str]:
        return [recipient.email for recipient in self.settings.recipients]

    def show_target(self, target: str) -> str:
        return mask(target)

    def preview(self, message: Message) -> Mapping[str, str]:
        return {"Subject": subject(message), "Text": plain(message)}

    def send_to(
        self, targets: Sequence[str], message: Message, key: str
    ) -> Mapping[str, DeliveryError]:
        # SMTP takes no key: a mail is repeated when the answer to the first was never seen. It then
        # has the same Message-ID, by which mail servers and programs may know it.
        settings = self.settings
        content = compose(message, key, settings, now())
        tls = Tls(settings.tls_authorities or "", server_name=settings.tls_server_name or "")
        with self.http.connect(
            settings.host, settings.served_port, longest=settings.timeout, tls=tls
        ) as connection:
            secure = settings.security == "tls"
            try:
                return self._send(
                    Session(connection, settings.hello_name, secure=secure), content, targets
                )
            except smtplib.SMTPResponseException as error:
                raise self._refusal(_reply(error.smtp_code, error.smtp_error)) from None
            except smtplib.SMTPNotSupportedError:
                text = "the mail server offers no STARTTLS; nothing was sent to it"
                raise DeliveryError(text, permanent=True) from None

    def _send(
        self, session: Session, content: bytes, targets: Sequence[str]
    ) -> dict[str, DeliveryError]:
        settings = self.settings
        with closing(session):
            if settings.security == "starttls":
                session.begin_tls()
            if settings.username is not None and settings.password is not None:
                session.log_in(settings.username, settings.password.get_secret_value())
            session.ehlo_or_helo_if_needed()
            refused = self._address(session, len(content), targets)
            if len(refused) < len(targets):
                code, said = session.data(content)
                reply = _reply(code, said)
                if code != 250:
                    raise self._refusal(reply)
                self._keep(reply)
            with suppress(OSError):  # which smtplib's errors are: what was taken stays so
                session.quit()
        for reply in refused.values():
            self._keep(reply)
        return {
            email: DeliveryError(self._masked(str(reply)), permanent=reply.permanent)
            for email, reply in refused.items()
        }

    def _address(self, session: Session, size: int, targets: Sequence[str]) -> dict[str, Reply]:
        """Say whom the mail is for; return why some cannot be told."""
        options = [f"SIZE={size}"] if session.has_extn("size") else []
        reply = _reply(*session.mail(self.settings.sender.email, options))
        if reply.code != 250:
            raise self._refusal(reply)
        refused = {}
        for email in targets:
            reply = _reply(*session.rcpt(email))
            if reply.code == 421:  # the server hangs up, so that nobody is told
                raise self._refusal(reply)
            if reply.code not in (250, 251):
                refused[email] = reply
        return refused

    def _refusal(self, reply: Reply) -> DeliveryError:
        self._keep(reply)
        text = f"the mail server answered {self._masked(str(reply))}"
        return DeliveryError(text, permanent=reply.permanent)

    def _keep(self, reply: Reply) -> None:
        """Leave what the server said for the record of the attempt."""
        self.http.last = Answer(reply.code, self._masked(reply.text), None)

    def _masked(self, text: str) -> str:
        for each in self.settings.recipients:
            text = text.replace(each.email, mask(each.email))
        return text


def mask(address: str) -> str:
    """Return what tells people which of their addresses is meant, and strangers little."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}"


def _reply(code: int, said: Any) -> Reply:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return Reply(code, text)
