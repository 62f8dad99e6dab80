"""What is kept of a mail server and of those who are told."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from headwater.api import ChannelSettings, ListOf
from headwater.api.mails import Address, EmailAddress, address_of, unique

PORTS = {"starttls": 587, "tls": 465, "none": 25}
MOST_RECIPIENTS = 100  # which each server has to take in one mail, by RFC 5321
LONGEST_WAIT = 40.0  # seconds
_SENDABLE = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*"
)


def _is_sendable(text: str) -> str:
    # What is no ASCII needs servers that know SMTPUTF8, all the way to the recipient's.
    if _SENDABLE.fullmatch(address_of(text).email) is None:
        raise ValueError("is no e-mail address of ASCII letters; write its domain as xn--...")
    return text


MailAddress = Annotated[EmailAddress, AfterValidator(_is_sendable)]


class SmtpSettings(ChannelSettings):
    """A server of mails, from whom they are, and whom they are for."""

    host: str = Field(
        pattern=r"^([A-Za-z0-9._-]{1,253}|[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f.]{0,15}){2,7})$",
        title="Host",
        description="The mail server's name, such as smtp.example.com, or its address.",
    )
    port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        title="Port",
        description="By default 587 with STARTTLS, 465 with TLS, 25 with neither.",
    )
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        title="Security",
        description="starttls: nothing is sent before TLS began; tls: from the start; none.",
    )
    username: str | None = Field(
        default=None, title="User name", description="If the server wants a login."
    )
    password: SecretStr | None = Field(
        default=None, title="Password", description="If the server wants a login."
    )
    sender_email: MailAddress = Field(
        title="Sender", description="Who mails are from: `Flows <flows@example.com>`."
    )
    to_emails: ListOf[MailAddress] = Field(
        min_length=1,
        max_length=MOST_RECIPIENTS,
        title="Recipients",
        description="All who get the mail. They see each other.",
    )
    reply_to: MailAddress | None = Field(
        default=None, title="Reply to", description="Where answers go, if not to the sender."
    )
    tls_authorities: str | None = Field(
        default=None,
        title="Certificate authorities",
        description="PEM of the only ones to trust. By default the public ones are.",
    )
    tls_server_name: str | None = Field(
        default=None,
        title="TLS server name",
        description="Whom the server's certificate is for, if not for its host.",
    )
    hello_name: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9.:\[\]-]{1,255}$",
        title="Name to say hello by",
        description="The name of this machine, for servers that look at it.",
    )
    timeout: float = Field(
        default=20,
        gt=0,
        le=LONGEST_WAIT,
        title="Timeout",
        description=f"Seconds for the whole of it, {LONGEST_WAIT:g} at most.",
    )

    @model_validator(mode="after")
    def _check_login(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password belong together")
        return self

    @property
    def served_port(self) -> int:
        """The port, of which each kind of security has its own."""
        return self.port or PORTS[self.security]

    @property
    def sender(self) -> Address:
        return address_of(self.sender_email)

    @property
    def recipients(self) -> list[Address]:
        return unique(map(address_of, self.to_emails))

    def list_warnings(self) -> list[str]:
        if self.security == "none" and self.password:
            return ["Without TLS the password can be read by all who carry it to the mail server."]
        return []
