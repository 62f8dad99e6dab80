"""One try to send a message over a channel, and what there is to keep of it."""

import logging
import time
import traceback
from dataclasses import dataclass
from typing import Any

from headwater.errors import DeliveryError
from headwater.notifications.channels import Channel, Message
from headwater.notifications.rules.masking import LONGEST, mask, secrets_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tried:
    """How a try went: without *error* it got through, unless it was *dropped*. No secrets in it."""

    error: DeliveryError | None
    duration: float  # seconds
    status: int | None = None  # of the service's answer, where one was seen
    response: str | None = None
    dropped: bool = False  # nothing was sent, as there was nothing left to tell


def send(channel: Channel[Any], message: Message, key: str) -> Tried:
    """Send *message*. What goes wrong, even a fault in the channel, is in what is returned."""
    start = time.monotonic()
    error = None
    try:
        channel.send(message, key)
    except DeliveryError as failure:
        error = _masked(failure, channel)
    except Exception as fault:  # noqa: BLE001  # logged below, without the secrets in its text
        told = mask(traceback.format_exc(), secrets_of(channel.settings))
        logger.error("channel %s has a fault:\n%s", channel.slug, told)
        error = DeliveryError(f"the channel has a fault: {type(fault).__name__}")
    duration = time.monotonic() - start
    answer = channel.http.last
    if answer is None:
        return Tried(error, duration)
    said = mask(answer.text, secrets_of(channel.settings))[:LONGEST]
    return Tried(error, duration, answer.status, said)


def _masked(error: DeliveryError, channel: Channel[Any]) -> DeliveryError:
    return DeliveryError(
        mask(str(error), secrets_of(channel.settings))[:LONGEST],
        permanent=error.permanent,
        retry_after=error.retry_after,
        limited=error.limited,
        gone=error.gone,
    )
