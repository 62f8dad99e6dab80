"""The mail: its headers, and what it says as text and as HTML."""

from collections.abc import Iterable
from datetime import datetime
from email import headerregistry
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256

from headwater.api import Message
from headwater.api.mails import (
    Address,
    address_of,
    html,
    message_id,
    plain,
    subject,
    thread_id,
)
from headwater.api.texts import one_line
from headwater.api.tones import COLOURS, tone_of
from headwater_smtp.settings import SmtpSettings

# Of seven bits, since no server has to take eight, and lines that none refuses.
POLICY = SMTP.clone(cte_type="7bit")
LONGEST_KEY, LONGEST_DOMAIN = 64, 30  # characters; longer ids would have to be folded


def compose(message: Message, key: str, settings: SmtpSettings, now: datetime) -> bytes:
    """Return the mail as it goes out, but for the dots that SMTP doubles."""
    mail = EmailMessage(POLICY)
    domain = _short(settings.sender.domain)
    thread = thread_id(message, domain)
    mail["From"] = _written([settings.sender])
    mail["To"] = _written(settings.recipients)
    if settings.reply_to:
        mail["Reply-To"] = _written([address_of(settings.reply_to)])
    mail["Subject"] = _whole(subject(message))
    mail["Date"] = now
    # By which a repeat is known, and a thread of all that is told of one thing.
    mail["Message-ID"] = message_id(_short_key(key), domain)
    mail["In-Reply-To"] = thread
    mail["References"] = thread
    mail["Auto-Submitted"] = "auto-generated"  # nobody is to say that they are on holiday
    mail.set_content(_whole(plain(message)))
    mail.add_alternative(_whole(html(message, COLOURS[tone_of(message)])), subtype="html")
    return mail.as_bytes()


def _written(addresses: Iterable[Address]) -> list[headerregistry.Address]:
    return [
        headerregistry.Address(_whole(one_line(each.name)), addr_spec=each.email)
        for each in addresses
    ]


def _whole(text: str) -> str:
    """Return *text* without halves of surrogate pairs, which no charset has."""
    return text.encode(errors="replace").decode()


def _short_key(key: str) -> str:
    return key if len(key) <= LONGEST_KEY else sha256(key.encode(errors="replace")).hexdigest()


def _short(domain: str) -> str:
    """Return the end of *domain* that makes ids of a line's length: whose they are stays told."""
    while len(domain) > LONGEST_DOMAIN and "." in domain:
        domain = domain.partition(".")[2]
    return domain[-LONGEST_DOMAIN:].lstrip("-")
