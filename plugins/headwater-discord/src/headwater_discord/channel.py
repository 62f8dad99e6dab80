"""The channel: how it sends, and what Discord's answers mean."""

from collections.abc import Iterator
from typing import Any

from headwater.api import Channel, DeliveryError, Message
from headwater.api.http import Answer, refusal
from headwater_discord.payload import compose, compose_plainly
from headwater_discord.settings import DiscordSettings

# Discord's codes for fault with the form of a message: bad field, nothing to show, too large.
UNREADABLE = {50035, 50006, 40005}
MOST_PLACES = 3


class DiscordWebhook(Channel[DiscordSettings]):
    """Sends notifications to the channel of a Discord webhook."""

    slug = "discord-webhook"
    title = "Discord Webhook"
    settings_model = DiscordSettings

    def send(self, message: Message, key: str) -> None:
        # Webhooks take no key: a message is repeated when the answer to the first was never seen.
        # A recovery is a message of its own: editing the first one would need its number.
        address = self.settings.address
        answer = self.http.post(address, compose(message, self.settings))
        if answer.status in (400, 413) and _said(answer).get("code") in UNREADABLE:
            answer = self.http.post(address, compose_plainly(message, self.settings))
        if not is_taken(answer):
            raise _refusal(answer)


def is_taken(answer: Answer) -> bool:
    """Say if the message is there. It comes back; through some gateways nothing does."""
    return answer.status == 204 or (answer.status == 200 and "id" in _said(answer))


def _refusal(answer: Answer) -> DeliveryError:
    error = refusal("Discord", answer, _reason(answer))
    wait = _said(answer).get("retry_after")  # seconds, finer than the header's
    if error.limited and error.retry_after is None and isinstance(wait, int | float):
        error.retry_after = max(0.0, float(wait))
    return error


def _reason(answer: Answer) -> str:
    said = _said(answer)
    if "message" not in said:
        return answer.text
    code = f" ({said['code']})" if said.get("code") else ""
    places = list(_places(said.get("errors")))[:MOST_PLACES]
    return f"{said['message']}{code}" + "".join(f"; {place}" for place in places)


def _said(answer: Answer) -> dict[str, Any]:
    said = answer.json
    return said if isinstance(said, dict) else {}


def _places(errors: Any, path: str = "") -> Iterator[str]:
    """Return `embeds.0.title: what is wrong` for each fault, which Discord nests by its place."""
    if not isinstance(errors, dict):
        return
    for name, inner in errors.items():
        if name == "_errors" and isinstance(inner, list):
            for one in inner:
                yield f"{path}: {one.get('message')}" if isinstance(one, dict) else path
        else:
            yield from _places(inner, f"{path}.{name}" if path else name)
