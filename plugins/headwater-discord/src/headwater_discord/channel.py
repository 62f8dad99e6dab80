"""The channel: how it sends, and what Discord's answers mean."""

from collections.abc import Iterator, Mapping
from typing import Any

from headwater.api import Channel, DeliveryError, Message, Rate
from headwater.api.http import Answer, refusal
from headwater.api.texts import as_json
from headwater_discord.payload import compose, compose_plainly
from headwater_discord.settings import DiscordSettings

# Discord's codes for fault with the form of a message: bad field, nothing to show, too large.
UNREADABLE = {50035, 50006, 40005}
GONE = {10015, 50027}  # no such webhook, not its token
MOST_PLACES = 3


class DiscordWebhook(Channel[DiscordSettings]):
    """Sends notifications to the channel of a Discord webhook."""

    slug = "discord-webhook"
    title = "Discord Webhook"
    settings_model = DiscordSettings
    rate = Rate(2.5, burst=5)

    def preview(self, message: Message) -> Mapping[str, str]:
        return {"JSON": as_json(compose(message, self.settings))}

    def send(self, message: Message, key: str) -> None:
        # Webhooks take no key: a message is repeated when the answer to the first was never seen.
        # A recovery is a message of its own: editing the first one would need its number.
        address = self.settings.address
        answer = self.http.post(address, compose(message, self.settings))
        if answer.status in (400, 413) and answer.said.get("code") in UNREADABLE:
            answer = self.http.post(address, compose_plainly(message, self.settings))
        if not is_taken(answer):
            raise _refusal(answer)


def is_taken(answer: Answer) -> bool:
    """Say if the message is there. It comes back; through some gateways nothing does."""
    return answer.status == 204 or (answer.status == 200 and "id" in answer.said)


def _refusal(answer: Answer) -> DeliveryError:
    error = refusal("Discord", answer, _reason(answer), wait=answer.said.get("retry_after"))
    error.gone = error.permanent and answer.said.get("code") in GONE
    return error


def _reason(answer: Answer) -> str:
    said = answer.said
    if "message" not in said:
        return answer.text
    code = f" ({said['code']})" if said.get("code") else ""
    places = list(_places(said.get("errors")))[:MOST_PLACES]
    return f"{said['message']}{code}" + "".join(f"; {place}" for place in places)


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
