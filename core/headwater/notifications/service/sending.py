"""One try to send a message over a channel, and what there is to keep of it."""

import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from headwater.errors import DeliveryError
from headwater.notifications.channels import BroadcastChannel, Channel, Message, sum_up
from headwater.notifications.rules.masking import LONGEST, mask, secrets_of
from headwater.notifications.rules.standing import Standing

LONGEST_WORDS = 400  # characters kept of what a service says of one of several
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tried:
    """How a try went: without *error* it got through, unless it was *dropped*. No secrets in it.

    Where a channel tells several, *standing* is how far the delivery got, with the *remark* that it
    ends with though the try went well; *reached* says that somebody was told, and *spares* that
    what is wrong is so with some of them, and not with the channel.
    """

    error: DeliveryError | None
    duration: float  # seconds
    status: int | None = None  # of the service's answer, where one was seen
    response: str | None = None
    dropped: bool = False  # nothing was sent, as there was nothing left to tell
    standing: Standing | None = None
    remark: str | None = None
    reached: bool = False
    spares: bool = False


def send(
    channel: Channel[Any], message: Message, key: str, standing: Standing | None = None
) -> Tried:
    """Send *message*, to those alone who by its *standing* are still to be told.

    What goes wrong, even a fault in the channel, is in what is returned.
    """
    if isinstance(channel, BroadcastChannel):
        return _broadcast(channel, message, key, standing or Standing())
    return _try(channel, lambda: channel.send(message, key))


def _broadcast(channel: BroadcastChannel[Any], message: Message, key: str, was: Standing) -> Tried:
    rest: dict[str, str] = {}
    failed: dict[str, DeliveryError] = {}
    words: dict[str, str] = {}

    def work() -> None:
        rest.update(was.choose_rest(channel.targets(), key))
        if not rest and not was.is_begun:
            raise DeliveryError(f"the channel has no {channel.recipients}", permanent=True)
        why = channel.send_to(list(rest.values()), message, key) if rest else {}
        failed.update((digest, why[one]) for digest, one in rest.items() if one in why)
        words.update((d, f"{channel.show_target(rest[d])}: {e}") for d, e in failed.items())

    tried = _try(channel, work)
    if tried.error is not None:
        if not was.is_begun:
            return tried
        now = replace(was, left=len(rest))
        error = _with_text(tried.error, now.describe(channel.recipients, [str(tried.error)]))
        return replace(tried, error=error, standing=now)
    secrets = list(secrets_of(channel.settings))
    words = {digest: mask(said, secrets)[:LONGEST_WORDS] for digest, said in words.items()}
    now = was.after(rest, {d: error.permanent for d, error in failed.items()}, words)
    reasons = [words[digest] for digest in failed if digest not in now.refused]
    text = now.describe(channel.recipients, reasons)[:LONGEST]
    reached = len(failed) < len(rest)
    return replace(
        tried,
        error=sum_up(text, failed.values()) if failed else None,
        standing=None if was == Standing() and now.is_whole else now,
        remark=text if now.refused else None,
        reached=reached,
        spares=bool(was.told) and not reached,
    )


def _try(channel: Channel[Any], work: Callable[[], None]) -> Tried:
    start = time.monotonic()
    error = None
    try:
        work()
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
    return _with_text(error, mask(str(error), secrets_of(channel.settings)))


def _with_text(error: DeliveryError, text: str) -> DeliveryError:
    return DeliveryError(
        text[:LONGEST],
        permanent=error.permanent,
        retry_after=error.retry_after,
        limited=error.limited,
        gone=error.gone,
    )
