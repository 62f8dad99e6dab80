"""For channels that send mails: what these say, as text and as HTML, and whom they are for."""

from headwater.notifications.rules.mails import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    Address,
    EmailAddress,
    address_of,
    html,
    message_id,
    plain,
    subject,
    thread_id,
    unique,
)

__all__ = [
    "LONGEST_BODY",
    "LONGEST_SUBJECT",
    "Address",
    "EmailAddress",
    "address_of",
    "html",
    "message_id",
    "plain",
    "subject",
    "thread_id",
    "unique",
]
