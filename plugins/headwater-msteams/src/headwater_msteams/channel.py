"""The channel: how it sends, and what the answers of workflows and of old connectors mean."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from headwater.api import Channel, DeliveryError, Message, Quota, Rate
from headwater.api.http import Answer, refusal
from headwater.api.texts import as_json
from headwater_msteams.payload import compose
from headwater_msteams.settings import TeamsSettings

HOUR = 3600.0  # seconds
_HIDDEN = re.compile(r"HTTP error (\d{3})")


class TeamsWebhook(Channel[TeamsSettings]):
    """Sends notifications to Microsoft Teams through a workflow that takes requests.

    That Microsoft took a message does not say that the workflow could post it.
    """

    slug = "ms-teams-webhook"
    title = "Microsoft Teams Webhook"
    settings_model = TeamsSettings
    rate = Rate(4)

    def quotas(self) -> Sequence[Quota]:
        return [Quota(self.rate), Quota(Rate.at_most(100, HOUR, burst=50))]

    def preview(self, message: Message) -> Mapping[str, str]:
        return {"JSON": as_json(compose(message, self.settings))}

    def send(self, message: Message, key: str) -> None:
        # Workflows take no key: a message is repeated when the answer to the first was never seen.
        answer = self.http.post(self.settings.url, compose(message, self.settings))
        if self.settings.is_connector:
            answer = _unhide(answer)
        if not 200 <= answer.status < 300:
            raise self._refusal(answer)

    def _refusal(self, answer: Answer) -> DeliveryError:
        error = refusal("Microsoft", answer, _reason(answer))
        if not (self.settings.is_connector and error.permanent):
            return error
        advice = " ".join(self.settings.list_warnings())
        return DeliveryError(f"{error}. {advice}", permanent=True)


def _unhide(answer: Answer) -> Answer:
    """Return the answer with the status that it means: connectors said `1`, or an error, as 200."""
    if answer.status != 200 or answer.text.strip() == "1":
        return answer
    found = _HIDDEN.search(answer.text)
    return replace(answer, status=int(found[1]) if found else 502)


def _reason(answer: Answer) -> str:
    """Return Microsoft's words: `{"error": {"code": ..., "message": ...}}`, or a text."""
    error = answer.said.get("error")
    if not isinstance(error, dict):
        return answer.text
    parts = [str(error[part]) for part in ("code", "message") if error.get(part)]
    return ": ".join(parts) or answer.text
