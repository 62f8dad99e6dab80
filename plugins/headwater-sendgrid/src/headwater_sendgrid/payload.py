"""What SendGrid is sent: its limits are those of its documentation of /v3/mail/send."""

from collections.abc import Sequence
from typing import Any

from headwater.api import Message
from headwater.api.mails import Address, html, message_id, plain, subject, thread_id, unique
from headwater.api.texts import one_line
from headwater.api.tones import COLOURS, tone_of

MOST_RECIPIENTS = 1000  # of a request
# What it does with a mail unless it is told not to: links are led past its servers, an image
# counts readers, and a line at the end unsubscribes them.
_UNTRACKED = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": {"enable": False},
    "subscription_tracking": {"enable": False},
}


def compose(
    message: Message,
    key: str,
    *,
    sender: Address,
    recipients: Sequence[Address],
    reply_to: Address | None = None,
    notify_type: str = "info",
) -> dict[str, Any]:
    """Return one request that mails each recipient apart, so that none sees the others."""
    thread = thread_id(message, sender.domain)
    content = {
        "text/plain": plain(message),
        "text/html": html(message, COLOURS[tone_of(message, notify_type)]),
    }
    return {
        "personalizations": [{"to": [_in_json(each)]} for each in unique(recipients)],
        "from": _in_json(sender),
        **({"reply_to": _in_json(reply_to)} if reply_to else {}),
        "subject": subject(message),
        "content": [{"type": kind, "value": text} for kind, text in content.items()],
        "headers": {
            "Message-ID": message_id(key, sender.domain),
            "In-Reply-To": thread,
            "References": thread,
            "Auto-Submitted": "auto-generated",
        },
        "custom_args": {"headwater_delivery": key},
        "tracking_settings": _UNTRACKED,
    }


def _in_json(address: Address) -> dict[str, str]:
    return {"email": address.email} | ({"name": one_line(address.name)} if address.name else {})
